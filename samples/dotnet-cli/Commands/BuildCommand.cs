// SPDX-License-Identifier: MIT
using System.CommandLine;
using Dn.Projects;

namespace Dn.Commands;

/// <summary><c>dn build</c>: compiles a project and the projects that it uses.</summary>
static class BuildCommand
{
    public static Command Create(string[] args)
    {
        var command = new Command("build", "Compile a project")
        {
            CommandLine.ProjectArgument, CommandLine.Configuration, CommandLine.Framework, CommandLine.Source,
            CommandLine.NoRestore,
        };
        command.SetAction(parsed => Invocation.Run(args, parsed, DotnetCliTelemetry.InvocationCommand.Build, Run));
        return command;
    }

    /// <summary>The configuration on the command line, or the command's default.</summary>
    public static string ConfigurationOf(ParseResult parsed, string otherwise)
    {
        var configuration = parsed.GetValue(CommandLine.Configuration) ?? otherwise;
        // It becomes a folder's name.
        return configuration.All(char.IsAsciiLetterOrDigit) && configuration.Length > 0 ? configuration
            : throw new ProjectException(
                ProjectProblem.BadProject, $"'{configuration}' is no configuration. Use letters and digits.");
    }

    /// <summary>Builds a project as the options of the command line say, unless they say not to.</summary>
    public static void Build(ParseResult parsed, Project project, string configuration)
    {
        if (parsed.GetResult(CommandLine.NoBuild) is { Implicit: false }) return;
        new Builder(configuration, Console.Out)
        {
            PackageSource = parsed.GetValue(CommandLine.Source),
            Restores = parsed.GetResult(CommandLine.NoRestore) is not { Implicit: false },
        }.Build(project, FrameworkOf(parsed));
    }

    /// <summary>The framework on the command line; null for all of the project.</summary>
    public static string? FrameworkOf(ParseResult parsed) => parsed.GetValue(CommandLine.Framework);

    /// <summary>The one framework to run or to publish.</summary>
    /// <exception cref="ProjectException">The command line and the project leave several.</exception>
    public static string OneFramework(ParseResult parsed, Project project) =>
        Builder.FrameworksOf(project, FrameworkOf(parsed)) is [var framework] ? framework
            : throw new ProjectException(
                ProjectProblem.BadProject, $"{project.Name} targets several frameworks. Choose one with --framework.");

    /// <summary>The built assembly of a project.</summary>
    /// <exception cref="ProjectException">It is missing, after <c>--no-build</c>.</exception>
    public static string Assembly(Project project, string configuration, string framework)
    {
        var assembly = project.Assembly(configuration, framework);
        return File.Exists(assembly) ? assembly : throw new ProjectException(
            ProjectProblem.BadProject, $"{project.Name} is not built for {framework}. Run without --no-build.");
    }

    static int Run(Invocation invocation)
    {
        var project = invocation.ReadProject();
        Build(invocation.Parsed, project, ConfigurationOf(invocation.Parsed, "Debug"));
        Console.WriteLine($"built {project.Name}");
        return (int)ExitCode.Success;
    }
}
