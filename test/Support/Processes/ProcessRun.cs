// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Text;

namespace Tallymark.Support;

/// <summary>
/// Runs programs in an environment that contains only the test's variables, and PATH and DOTNET_ROOT, which a .NET
/// program needs to start.
/// </summary>
static class ProcessRun
{
    static readonly string[] Inherited = ["PATH", "DOTNET_ROOT"];

    /// <summary>Runs a program with an empty standard input until it and both its pipes have ended.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Its variables; they replace inherited ones of the same name.</param>
    /// <param name="folder">Its working folder. Default: that of the test.</param>
    public static async Task<ProcessResult> Run(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string folder = "")
    {
        using var process = Start(file, arguments, environment, folder);
        process.StandardInput.Close();
        var stop = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var errors = process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return new ProcessResult(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts a program with all three streams redirected; the caller reads and ends it.</summary>
    public static Process Start(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string folder = "")
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
        start.Environment.Clear();
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                start.Environment[name] = value;
        }

        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
    }
}
