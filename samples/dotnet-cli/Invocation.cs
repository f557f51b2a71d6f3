// SPDX-License-Identifier: MIT
using System.CommandLine;
using Dn.Projects;

namespace Dn;

/// <summary>One run of a command. This file sets everything that is recorded about it.</summary>
sealed class Invocation
{
    readonly DotnetCliTelemetry.InvocationEvent _recorded;

    Invocation(ParseResult parsed, DotnetCliTelemetry.InvocationEvent recorded) =>
        (Parsed, _recorded) = (parsed, recorded);

    /// <summary>The command line.</summary>
    public ParseResult Parsed { get; }

    /// <summary>Runs a command and records it.</summary>
    /// <param name="args">The program's arguments, unchanged.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="command">Which command it is.</param>
    /// <param name="body">The command; returns its exit code.</param>
    public static int Run(
        string[] args, ParseResult parsed, DotnetCliTelemetry.InvocationCommand command, Func<Invocation, int> body)
    {
        using var telemetry = DotnetCliTelemetry.Start(args);
        return telemetry.Invocation(recorded =>
        {
            recorded.Command = command;
            recorded.Arguments = CommandLine.KnownArguments(parsed);
            recorded.WorkingDirectory = Environment.CurrentDirectory;
            var exit = (int)ExitCode.Crash;
            try
            {
                exit = Problems.Report(() => body(new Invocation(parsed, recorded)));
            }
            finally
            {
                // Also before an exception leaves, which ends dn.
                recorded.ExitCode = exit;
            }

            if (exit != 0) recorded.Fail();
            return exit;
        });
    }

    /// <summary>Reads the command's project.</summary>
    /// <exception cref="ProjectException">There is none, or it has a mistake.</exception>
    public Project ReadProject()
    {
        var project = ProjectFile.Read(ProjectFile.Find(Parsed.ProjectPath()));
        _recorded.TargetFrameworks = project.Frameworks;
        _recorded.RuntimeIdsPresent = project.RuntimeIds.Count > 0;
        if (project.TestRunner is { } runner) _recorded.TestRunner = runner;
        return project;
    }
}
