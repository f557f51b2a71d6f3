// SPDX-License-Identifier: MIT
using System.CommandLine;
using Dn.Projects;

namespace Dn.Commands;

/// <summary><c>dn run</c>: builds a program and runs it. The exit code is the program's.</summary>
static class RunCommand
{
    static readonly Argument<string[]> Arguments = new("ARGUMENT")
    {
        Description = "The program's arguments; write -- before them",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create(string[] args)
    {
        var command = new Command("run", "Build a program and run it")
        {
            Arguments, CommandLine.ProjectOption, CommandLine.Configuration, CommandLine.Framework, CommandLine.Source,
            CommandLine.NoRestore, CommandLine.NoBuild,
        };
        command.SetAction(parsed => Invocation.Run(args, parsed, DotnetCliTelemetry.InvocationCommand.Run, Run));
        return command;
    }

    static int Run(Invocation invocation)
    {
        var parsed = invocation.Parsed;
        var project = invocation.ReadProject();
        if (project.Output != OutputKind.Exe)
        {
            throw new ProjectException(
                ProjectProblem.BadProject, $"{project.Name} is no program: its output is not 'exe'.");
        }

        var framework = BuildCommand.OneFramework(parsed, project);
        var configuration = BuildCommand.ConfigurationOf(parsed, "Debug");
        BuildCommand.Build(parsed, project, configuration);
        return Application.Run(
            BuildCommand.Assembly(project, configuration, framework), parsed.GetValue(Arguments) ?? []);
    }
}
