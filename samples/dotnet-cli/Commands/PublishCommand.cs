// SPDX-License-Identifier: MIT
using System.CommandLine;
using Dn.Projects;

namespace Dn.Commands;

/// <summary><c>dn publish</c>: builds a project and copies what it needs to run into one folder.</summary>
static class PublishCommand
{
    static readonly Option<string> Runtime = new("--runtime", "-r")
    {
        Description = "The runtime id to publish for; one of the project's, if it names any",
        HelpName = "RID",
    };

    public static Command Create(string[] args)
    {
        var command = new Command("publish", "Build a project and copy what it needs into one folder")
        {
            CommandLine.ProjectArgument, CommandLine.Configuration, CommandLine.Framework, Runtime, CommandLine.Output,
            CommandLine.Source, CommandLine.NoRestore, CommandLine.NoBuild,
        };
        command.SetAction(parsed => Invocation.Run(args, parsed, DotnetCliTelemetry.InvocationCommand.Publish, Run));
        return command;
    }

    static int Run(Invocation invocation)
    {
        var parsed = invocation.Parsed;
        var project = invocation.ReadProject();
        var runtime = parsed.GetValue(Runtime);
        if (runtime is not null && !project.RuntimeIds.Contains(runtime))
        {
            throw new ProjectException(ProjectProblem.BadProject,
                $"{project.Name} does not name the runtime id '{runtime}'. Add it to 'runtimes' in the project file.");
        }

        var framework = BuildCommand.OneFramework(parsed, project);
        var configuration = BuildCommand.ConfigurationOf(parsed, "Release");
        BuildCommand.Build(parsed, project, configuration);
        _ = BuildCommand.Assembly(project, configuration, framework);
        var built = project.OutputFolder(configuration, framework);
        var folder = parsed.GetValue(CommandLine.Output) ?? Path.Combine(built, runtime ?? "", "publish");
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(built))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        Console.WriteLine($"published {folder}");
        return (int)ExitCode.Success;
    }
}
