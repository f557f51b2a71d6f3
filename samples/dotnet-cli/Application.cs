// SPDX-License-Identifier: MIT
using System.Diagnostics;
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
        {
            Console.Error.WriteLine($"dn: error: the application '{assembly}' does not exist");
            return (int)ExitCode.BadProject;
        }

        // The terminal sends Ctrl+C to both processes; the application decides what it means.
        Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true;
        using var process = Process.Start(new ProcessStartInfo(Host, ["exec", assembly, .. arguments]))!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
