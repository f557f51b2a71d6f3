// SPDX-License-Identifier: MIT
using System.CommandLine;

namespace Dn.Commands;

/// <summary><c>dn clean</c>: removes what the other commands made of a project.</summary>
static class CleanCommand
{
    public static Command Create(string[] args)
    {
        var command = new Command("clean", "Remove what was built") { CommandLine.ProjectArgument };
        command.SetAction(parsed => Invocation.Run(args, parsed, DotnetCliTelemetry.InvocationCommand.Clean, Run));
        return command;
    }

    static int Run(Invocation invocation)
    {
        var project = invocation.ReadProject();
        foreach (var folder in (string[])["bin", "obj"])
        {
            if (Directory.Exists(Path.Combine(project.Folder, folder)))
                Directory.Delete(Path.Combine(project.Folder, folder), recursive: true);
        }

        Console.WriteLine($"cleaned {project.Name}");
        return (int)ExitCode.Success;
    }
}
