// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Diagnostics;

namespace Tallymark.Support;

/// <summary>Programs of the system that a test needs.</summary>
static class Programs
{
    /// <summary>True if the program is installed and succeeds with these arguments.</summary>
    public static bool Works(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
