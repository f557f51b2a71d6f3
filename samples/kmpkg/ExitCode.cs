// SPDX-License-Identifier: MIT
namespace Kmpkg;

/// <summary>How a command can end. Scripts may rely on these numbers.</summary>
enum ExitCode
{
    /// <summary>Everything requested is done.</summary>
    Success = 0,

    /// <summary>The command line is invalid (returned by the command-line parser).</summary>
    BadUsage = 1,

    /// <summary>A port on the command line is not in the catalogue, or is not installed.</summary>
    UnknownPort = 2,

    /// <summary>
    /// The catalogue has an error: a description cannot be read, or ports depend on each other in a cycle.
    /// </summary>
    BadCatalogue = 3,

    /// <summary>A step of a port's recipe failed.</summary>
    BuildFailed = 4,

    /// <summary>A port would install a file that exists already.</summary>
    FileConflict = 5,

    /// <summary>A port needs another that is not installed and could not be installed.</summary>
    MissingDependency = 6,

    /// <summary>A port cannot be removed, because others need it.</summary>
    StillNeeded = 7,

    /// <summary>A file or folder cannot be read or written, or another kmpkg is using the same tree.</summary>
    NoAccess = 8,

    /// <summary>kmpkg crashed: a mistake in the tool, or a file that something else has damaged.</summary>
    Crash = 9,
}

/// <summary>Why something was not done: the exit code, and a message for people.</summary>
sealed record Problem(ExitCode Code, string Message)
{
    /// <summary>Prints the message to standard error and returns the exit code.</summary>
    public ExitCode Report()
    {
        Console.Error.WriteLine($"kmpkg: error: {Message}");
        return Code;
    }

    /// <summary>
    /// The outermost call of every command: turns file errors, which any line may throw, into an exit code.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="record">Gets the exit code, also before an exception leaves, which ends kmpkg.</param>
    /// <returns>The exit code.</returns>
    public static ExitCode ReportAccess(Func<ExitCode> command, Action<ExitCode> record)
    {
        var exit = ExitCode.Crash;
        try
        {
            exit = command();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            exit = new Problem(ExitCode.NoAccess, e.Message).Report();
        }
        finally
        {
            record(exit);
        }

        return exit;
    }
}
