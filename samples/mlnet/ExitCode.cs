// SPDX-License-Identifier: MIT
namespace Mlnet;

/// <summary>How a command can end. Scripts may rely on these numbers.</summary>
enum ExitCode
{
    /// <summary>Everything requested is done.</summary>
    Success = 0,

    /// <summary>The command line is invalid (returned by the command-line parser).</summary>
    BadUsage = 1,

    /// <summary>A dataset is not a table that the task can be learned from.</summary>
    BadDataset = 2,

    /// <summary>A file is not a model of this tool.</summary>
    BadModel = 3,

    /// <summary>A file or folder cannot be read or written.</summary>
    NoAccess = 4,

    /// <summary>The tool crashed: a mistake in the tool, or in a library that it uses.</summary>
    Crash = 5,
}

/// <summary>Why something was not done: the exit code, and a message for people.</summary>
sealed record Problem(ExitCode Code, string Message)
{
    /// <summary>Prints the message to standard error and returns the exit code.</summary>
    public ExitCode Report()
    {
        Console.Error.WriteLine($"mlnet: error: {Message}");
        return Code;
    }
}
