// SPDX-License-Identifier: MIT
using Dn.Projects;

namespace Dn;

/// <summary>How a command can end. Scripts may rely on these numbers.</summary>
enum ExitCode
{
    /// <summary>Everything requested is done.</summary>
    Success = 0,

    /// <summary>The command line is invalid (returned by the command-line parser).</summary>
    BadUsage = 1,

    /// <summary>A project file is missing or wrong.</summary>
    BadProject = 2,

    /// <summary>A package is missing or does not fit.</summary>
    RestoreFailed = 3,

    /// <summary>The sources have errors.</summary>
    BuildFailed = 4,

    /// <summary>A test failed, or there is no test.</summary>
    TestsFailed = 5,

    /// <summary>A file or folder can't be read or written, or exists already.</summary>
    NoAccess = 6,

    /// <summary>dn crashed: a mistake in the tool.</summary>
    Crash = 7,
}

/// <summary>Turns problems into messages and exit codes.</summary>
static class Problems
{
    /// <summary>Runs a command; prints its problem, if it has one, to standard error.</summary>
    public static int Report(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (ProjectException e)
        {
            return Print(e.Message, e.Problem switch
            {
                ProjectProblem.RestoreFailed => ExitCode.RestoreFailed,
                ProjectProblem.BuildFailed => ExitCode.BuildFailed,
                _ => ExitCode.BadProject,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Print(e.Message, ExitCode.NoAccess);
        }
    }

    /// <summary>Prints a message to standard error; returns the exit code.</summary>
    public static int Print(string message, ExitCode code)
    {
        Console.Error.WriteLine($"dn: error: {message}");
        return (int)code;
    }
}
