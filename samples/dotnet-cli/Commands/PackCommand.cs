// SPDX-License-Identifier: MIT
using System.CommandLine;
using Dn.Projects;

namespace Dn.Commands;

/// <summary><c>dn pack</c>: builds a library and makes a package of it.</summary>
static class PackCommand
{
    public static Command Create(string[] args)
    {
        var command = new Command("pack", "Build a library and make a package of it")
        {
            CommandLine.ProjectArgument, CommandLine.Configuration, CommandLine.Output, CommandLine.Source,
            CommandLine.NoRestore, CommandLine.NoBuild,
        };
        command.SetAction(parsed => Invocation.Run(args, parsed, DotnetCliTelemetry.InvocationCommand.Pack, Run));
        return command;
    }

    static int Run(Invocation invocation)
    {
        var parsed = invocation.Parsed;
        var project = invocation.ReadProject();
        if (project.Output != OutputKind.Library)
        {
            throw new ProjectException(
                ProjectProblem.BadProject, $"{project.Name} is no library: its output is not 'library'.");
        }

        var configuration = BuildCommand.ConfigurationOf(parsed, "Release");
        BuildCommand.Build(parsed, project, configuration);
        foreach (var framework in project.Frameworks) _ = BuildCommand.Assembly(project, configuration, framework);
        var folder = parsed.GetValue(CommandLine.Output) ?? Path.Combine(project.Folder, "bin", configuration);
        Console.WriteLine($"packed {Packages.Pack(project, configuration, folder)}");
        return (int)ExitCode.Success;
    }
}
