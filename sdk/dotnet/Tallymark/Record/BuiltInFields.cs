// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Tallymark.Record;

/// <summary>
/// The fields that the SDK fills itself, from the platform, never from the program. Each value is computed once, since
/// it stays the same for the whole run. Not thread-safe: the client calls it under its lock.
/// </summary>
sealed class BuiltInFields(ToolDefinition tool, SdkEnvironment environment)
{
    const int MaxValueBytes = 256;

    readonly byte[]?[] _made = new byte[]?[(int)FieldKind.Dropped + 1];

    /// <summary>Adds the value of such a field; false if it has no value on this machine.</summary>
    internal bool Add(LineBuffer to, FieldKind kind, Installation installation)
    {
        ref var made = ref _made[(int)kind];
        if (made is null)
        {
            var value = new LineBuffer(MaxValueBytes);
            made = Make(value, kind, installation) && !value.Overflowed ? value.Written.ToArray() : [];
        }

        to.Add(made);
        return made.Length > 0;
    }

    bool Make(LineBuffer to, FieldKind kind, Installation installation)
    {
        switch (kind)
        {
            case FieldKind.ToolVersion:
                return Values.Version(to, Span(tool.Version), tool.Prerelease.Length == 0 ? default : Labels());
            case FieldKind.OsFamily:
                to.AddQuoted(Family());
                return true;
            case FieldKind.OsVersion:
                to.AddQuoted(OsVersion());
                return true;
            case FieldKind.Arch:
                to.AddQuoted(Architecture());
                return true;
            case FieldKind.RuntimeName:
                to.AddQuoted("dotnet");
                return true;
            case FieldKind.RuntimeVersion:
                AddRuntime(to, Environment.Version);
                return true;
            case FieldKind.RuntimeId:
                to.AddQuoted(RuntimeId());
                return true;
            case FieldKind.Session:
                return Values.RandomId(to, Guid.NewGuid());
            case FieldKind.Installation:
                return Values.Hash(to, installation.Id);
            case FieldKind.Environment:
                EnvironmentTable.Add(to, tool, environment);
                return true;
            case FieldKind.Machine:
                return MachineAddress.Find() is { } address
                    && Values.Hash(to, installation.Digest(address, toolSalt: true));
            default:
                return false;
        }
    }

    // Number by number: Version.ToString would load the number formatting code into a short run.
    static void AddRuntime(LineBuffer to, Version version)
    {
        to.Add((byte)'"');
        to.AddNumber(version.Major);
        to.Add((byte)'.');
        to.AddNumber(version.Minor);
        to.Add((byte)'.');
        to.AddNumber(Math.Max(0, version.Build));
        to.Add((byte)'"');
    }

    // The conversion that the compiler emits would load System.Memory.dll (see LineBuffer).
    static ReadOnlySpan<char> Span(string text) =>
        MemoryMarshal.CreateReadOnlySpan(in text.GetPinnableReference(), text.Length);

    ReadOnlySpan<byte> Labels() => System.Text.Encoding.UTF8.GetBytes("\n" + string.Join('\n', tool.Prerelease) + "\n");

    /// <summary>The family of the operating system, as the field records it.</summary>
    internal static string Family()
    {
        if (OperatingSystem.IsLinux())
            return "linux";
        if (OperatingSystem.IsWindows())
            return "windows";
        if (OperatingSystem.IsMacOS())
            return "macos";
        return OperatingSystem.IsFreeBSD() ? "freebsd" : "other";
    }

    static string OsVersion()
    {
        if (OperatingSystem.IsLinux())
            return DistributionTable.Version("/etc/os-release");
        var version = Environment.OSVersion.Version;
        return version.ToString(OperatingSystem.IsWindows() || version.Build > 0 ? 3 : 2);
    }

    static string Architecture() => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "x64",
        System.Runtime.InteropServices.Architecture.X86 => "x86",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.Arm => "arm",
        _ => "other",
    };

    // The portable identifier, built from closed lists: a runtime that a distribution built may have any name.
    static string RuntimeId()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : Family();
        if (OperatingSystem.IsLinux() && File.Exists("/etc/alpine-release"))
            system = "linux-musl";
        var architecture = Architecture();
        return system == "other" || architecture == "other" ? "other" : system + "-" + architecture;
    }
}
