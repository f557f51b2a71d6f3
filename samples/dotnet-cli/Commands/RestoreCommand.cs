// SPDX-License-Identifier: MIT
using System.CommandLine;
using Dn.Projects;

namespace Dn.Commands;

/// <summary><c>dn restore</c>: unpacks the packages of a project.</summary>
static class RestoreCommand
{
    public static Command Create(string[] args)
    {
        var command = new Command("restore", "Unpack the packages of a project")
        {
            CommandLine.ProjectArgument, CommandLine.Source,
        };
        command.SetAction(
            parsed => Invocation.Run(args, parsed, DotnetCliTelemetry.InvocationCommand.Restore, Run));
        return command;
    }

    static int Run(Invocation invocation)
    {
        var project = invocation.ReadProject();
        Packages.Restore(
            project, invocation.Parsed.GetValue(CommandLine.Source) ?? Packages.DefaultSource(project), Console.Out);
        Console.WriteLine($"{project.Name} has all {project.Packages.Count} packages that it uses");
        return (int)ExitCode.Success;
    }
}
