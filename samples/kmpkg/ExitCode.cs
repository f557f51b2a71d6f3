// SPDX-License-Identifier: MIT
// How a command can end, and what is said where it does not end well.

namespace Kmpkg;

/// <summary>The exit codes; a script may rely on their numbers.</summary>
enum ExitCode
{
    /// <summary>All that was asked for is done.</summary>
    Success = 0,

    /// <summary>The command line makes no sense (given by the parser of the command line).</summary>
    BadUsage = 1,

    /// <summary>A port that was named is not in the catalogue, or is not installed.</summary>
    UnknownPort = 2,

    /// <summary>The catalogue itself is wrong: a description that can't be read, or ports that need each other in a circle.</summary>
    BadCatalogue = 3,

    /// <summary>A step of a port's recipe failed.</summary>
    BuildFailed = 4,

    /// <summary>A port brings a file that another one has already installed.</summary>
    FileConflict = 5,

    /// <summary>A port needs one that is not installed and that could not be installed.</summary>
    MissingDependency = 6,

    /// <summary>A port can't be removed since others need it.</summary>
    StillNeeded = 7,

    /// <summary>A file or folder can't be read or written, or another kmpkg is at work in the same tree.</summary>
    NoAccess = 8,
}

/// <summary>Why something was not done: the exit code that it leads to, and a sentence for people.</summary>
sealed record Problem(ExitCode Code, string Message)
{
    /// <summary>Says it on standard error and gives the exit code.</summary>
    public ExitCode Report()
    {
        Console.Error.WriteLine($"kmpkg: error: {Message}");
        return Code;
    }

    /// <summary>The edge of every command: trouble with files, which may come from any line, becomes an exit code here.</summary>
    public static ExitCode ReportAccess(Func<ExitCode> command)
    {
        try
        {
            return command();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Problem(ExitCode.NoAccess, e.Message).Report();
        }
    }
}
