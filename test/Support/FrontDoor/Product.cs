// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Reflection;

namespace Tallymark.FrontDoor;

/// <summary>Paths of the built programs; runs them with only the environment that a test sets.</summary>
static class Product
{
    static readonly Dictionary<string, string> Metadata = typeof(Product).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(a => a.Key, a => a.Value!,
            StringComparer.Ordinal);

    public static string Root => Metadata["RepositoryRoot"];
    public static string Configuration => Metadata["Configuration"];
    public static string Kmpkg => Path.Combine(Root, "samples/kmpkg/bin", Metadata["Configuration"], "net10.0/kmpkg");

    /// <summary>kmpkg with code that leaks names around the SDK, see test/samples/kmpkg.Leaking.</summary>
    public static string LeakingKmpkg =>
        Path.Combine(Root, "test/samples/kmpkg.Leaking/bin", Metadata["Configuration"], "net10.0/kmpkg");

    public static string Tallymark => Path.Combine(Root, "cli/bin", Metadata["Configuration"], "net10.0/tallymark");
    public static string Sample =>
        Path.Combine(Root, "test/sdk/dotnet/Tallymark.Program/bin", Metadata["Configuration"], "net10.0/sample-tool");
    public static string Bootstrap => Path.Combine(Root, "samples/kmpkg/bootstrap-kmpkg.sh");
    public static string Ports => Path.Combine(Root, "samples/kmpkg/ports");
    public static string ManifestFile => Path.Combine(Root, "samples/kmpkg/telemetry.yaml");

    /// <summary>Starts a program in a clean environment; the caller reads its output and disposes it.</summary>
    public static Process Start(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string folder = "")
    {
        var start = new ProcessStartInfo(file)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
        process.StandardInput.Close();
        // Some tests run the tool through a shell or a tracer.
        if (start.ArgumentList.Append(file).Any(IsTool))
            EntryPointLog.Record(EntryPoint.Tool);
        return process;
    }

    /// <summary>Runs a program until it has exited and both its pipes are closed.</summary>
    public static async Task<ProcessResult> Run(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment,
        CancellationToken stop, string folder = "")
    {
        using var process = Start(file, arguments, environment, folder);
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var errors = process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return new ProcessResult(process.ExitCode, await output, await errors);
    }

    static bool IsTool(string path) =>
        Path.IsPathRooted(path) && Path.GetFileName(path) is "kmpkg" or "bootstrap-kmpkg.sh" && File.Exists(path);
}
