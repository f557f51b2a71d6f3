// SPDX-License-Identifier: MIT
namespace Tallymark.Support;

/// <summary>The exit code of a program and everything that it wrote.</summary>
sealed record ProcessResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Both outputs, for the message of a failed assertion.</summary>
    public string All => Output + Errors;

    /// <summary>The lines of standard output, without empty ones.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Fails the test unless the program exited with this code; returns the same result.</summary>
    public ProcessResult With(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode} instead of {exitCode}:\n{All}");
        return this;
    }
}
