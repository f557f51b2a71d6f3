// SPDX-License-Identifier: MIT
using System.CommandLine;
using Dn.Projects;

namespace Dn.Commands;

/// <summary><c>dn new TEMPLATE</c>: makes a project with its first source file.</summary>
static class NewCommand
{
    public static readonly Argument<string> Template = CommandLine.Word(
        "TEMPLATE", "console, classlib or test", ArgumentArity.ExactlyOne);

    static readonly Option<string> Name = new("--name", "-n")
    {
        Description = "The name of the project (default: that of its folder)",
        HelpName = "NAME",
    };

    static readonly Option<string> Runner = new("--test-runner")
    {
        Description = "For the template test: mstest, nunit or xunit (default: xunit)",
        HelpName = "RUNNER",
    };

    public static Command Create(string[] args)
    {
        var command = new Command("new", "Make a project")
        {
            Template, Name, CommandLine.Output, CommandLine.Framework, Runner,
        };
        command.SetAction(
            parsed => Invocation.Run(args, parsed, DotnetCliTelemetry.InvocationCommand.New, _ => Run(parsed)));
        return command;
    }

    static int Run(ParseResult parsed)
    {
        var folder = Path.GetFullPath(parsed.GetValue(CommandLine.Output) ?? parsed.GetValue(Name) ?? ".");
        var name = parsed.GetValue(Name) ?? Path.GetFileName(folder);
        if (name is "" or "." or ".." || name != Path.GetFileName(name))
        {
            throw new ProjectException(
                ProjectProblem.BadProject, $"'{name}' is no name of a project. --output is its folder.");
        }

        var framework = parsed.GetValue(CommandLine.Framework) ?? Frameworks.Newest;
        _ = Frameworks.Major(framework);
        var template = parsed.GetValue(Template)!;
        if (parsed.GetValue(Runner) is not null && template != "test")
            throw new ProjectException(ProjectProblem.BadProject, "'--test-runner' is only for the template 'test'.");
        var files = Templates.Make(template, name, framework, parsed.GetValue(Runner) ?? "xunit");

        Directory.CreateDirectory(folder);
        foreach (var (file, _) in files)
        {
            if (File.Exists(Path.Combine(folder, file)))
                throw new IOException($"'{Path.Combine(folder, file)}' exists already.");
        }

        foreach (var (file, text) in files) File.WriteAllText(Path.Combine(folder, file), text);
        Console.WriteLine($"made {Path.Combine(folder, files[0].File)}");
        return (int)ExitCode.Success;
    }
}
