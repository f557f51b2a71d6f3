// SPDX-License-Identifier: MIT
using System.CommandLine;
using Dn.Projects;

namespace Dn.Commands;

/// <summary><c>dn test</c>: builds a test project and runs its tests.</summary>
static class TestCommand
{
    static readonly Option<string> Filter = new("--filter")
    {
        Description = "Run only the tests whose full name contains this text",
        HelpName = "TEXT",
    };

    public static Command Create(string[] args)
    {
        var command = new Command("test", "Build a test project and run its tests")
        {
            CommandLine.ProjectArgument, CommandLine.Configuration, CommandLine.Framework, CommandLine.Source,
            CommandLine.NoRestore, CommandLine.NoBuild, Filter,
        };
        command.SetAction(parsed => Invocation.Run(args, parsed, DotnetCliTelemetry.InvocationCommand.Test, Run));
        return command;
    }

    static int Run(Invocation invocation)
    {
        var parsed = invocation.Parsed;
        var project = invocation.ReadProject();
        if (project.Output != OutputKind.Test)
        {
            throw new ProjectException(
                ProjectProblem.BadProject, $"{project.Name} has no tests: its output is not 'test'.");
        }

        _ = TestRunners.AttributeOf(project.TestRunner!);

        var configuration = BuildCommand.ConfigurationOf(parsed, "Debug");
        BuildCommand.Build(parsed, project, configuration);
        string[] filter = parsed.GetValue(Filter) is { } text ? [text] : [];
        var passed = true;
        foreach (var framework in Builder.FrameworksOf(project, BuildCommand.FrameworkOf(parsed)))
            passed &= Application.Run(BuildCommand.Assembly(project, configuration, framework), filter) == 0;
        return (int)(passed ? ExitCode.Success : ExitCode.TestsFailed);
    }
}
