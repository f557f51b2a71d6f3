// SPDX-License-Identifier: MIT
// Runs a program to its end in an environment that holds nothing but what a test puts there.

using System.Diagnostics;

namespace Tallymark.Package.Tests;

/// <summary>What a program left behind when it ended.</summary>
sealed record Ended(int ExitCode, string Output, string Errors)
{
    public string All => Output + Errors;

    public static async Task<Ended> Of(
        string file, string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var name in new[] { "PATH", "DOTNET_ROOT" })
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                start.Environment[name] = value;
        }

        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var stop = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var errors = process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return new Ended(process.ExitCode, await output, await errors);
    }
}
