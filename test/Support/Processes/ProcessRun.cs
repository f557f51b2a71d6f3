// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Text;

namespace Tallymark.Support;

/// <summary>
/// Runs programs in an environment that contains only the test's variables, and PATH and DOTNET_ROOT, which a .NET
/// program needs to start; or also everything that the test itself inherited.
/// </summary>
static class ProcessRun
{
    static readonly string[] Inherited = ["PATH", "DOTNET_ROOT"];

    /// <summary>Runs a program with an empty standard input until it and both its pipes have ended.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Its variables; they replace inherited ones of the same name.</param>
    /// <param name="folder">Its working folder. Default: that of the test.</param>
    /// <param name="inherit">Whether it inherits all variables of the test. Default: only those it needs.</param>
    public static async Task<ProcessResult> Run(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment,
        string folder = "", bool inherit = false)
    {
        using var process = Start(file, arguments, environment, folder, inherit);
        process.StandardInput.Close();
        return await End(process, TestContext.Current.CancellationToken);
    }

    /// <summary>Reads both pipes of a started program until it and they have ended.</summary>
    public static async Task<ProcessResult> End(Process process, CancellationToken stop)
    {
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var errors = process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return new ProcessResult(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts a program with all three streams redirected; the caller reads and ends it.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Its variables; they replace inherited ones of the same name.</param>
    /// <param name="folder">Its working folder. Default: that of the test.</param>
    /// <param name="inherit">Whether it inherits all variables of the test. Default: only those it needs.</param>
    public static Process Start(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment,
        string folder = "", bool inherit = false)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            StandardOutputEncoding = Encoding.UTF8,
        };
        if (!inherit)
        {
            foreach (var name in start.Environment.Keys.Except(Inherited, StringComparer.Ordinal).ToList())
                start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
    }
}
