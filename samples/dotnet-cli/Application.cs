// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Dn;

/// <summary>Runs a built application with <c>dotnet exec</c>.</summary>
static class Application
{
    // Below the folder of the runtime: dotnet/shared/Microsoft.NETCore.App/10.0.0.
    static readonly string Host = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "../../..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>Runs it with this process's input, output and working folder, until it ends.</summary>
    /// <returns>Its exit code.</returns>
    public static int Run(string assembly, IEnumerable<string> arguments)
    {
        if (!File.Exists(assembly))
            return Problems.Print($"the application '{assembly}' does not exist", ExitCode.BadProject);

        // The terminal sends Ctrl+C to both processes; the application decides what it means.
        Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true;
        using var process = new Process { StartInfo = new(Host, ["exec", assembly, .. arguments]) };
        var started = false;
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, PassOn);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, PassOn);
        process.Start();
        started = true;
        process.WaitForExit();
        return process.ExitCode;

        // Only dn gets such a signal, so the application gets it from dn. Otherwise it would outlive dn.
        void PassOn(PosixSignalContext received)
        {
            if (!started || process.HasExited) return;
            received.Cancel = true;
            if (OperatingSystem.IsWindows()) process.Kill();
            else Send(received.Signal == PosixSignal.SIGTERM ? "-TERM" : "-HUP", process.Id);
        }
    }

    // .NET itself can only kill a process.
    static void Send(string signal, int id)
    {
        using var kill = Process.Start("kill", [signal, id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
