// SPDX-License-Identifier: MIT
using System.CommandLine;
using Dn.Commands;

namespace Dn;

/// <summary>The commands of dn and the options that several of them share.</summary>
static class CommandLine
{
    public static readonly Argument<string> ProjectArgument = Word(
        "PROJECT", "The project file, or the folder that contains it (default: the current folder)",
        ArgumentArity.ZeroOrOne);

    /// <summary>The project, for commands whose arguments are not theirs.</summary>
    public static readonly Option<string> ProjectOption = new("--project")
    {
        Description = "The project file, or the folder that contains it (default: the current folder)",
        HelpName = "PROJECT",
    };

    public static readonly Option<string> Configuration = new("--configuration", "-c")
    {
        Description = "Debug or Release (default: Debug; for pack and publish Release)",
        HelpName = "CONFIGURATION",
    };

    public static readonly Option<string> Framework = new("--framework", "-f")
    {
        Description = "The target framework (default: all of the project)",
        HelpName = "FRAMEWORK",
    };

    public static readonly Option<string> Source = new("--source", "-s")
    {
        Description = "The folder with packages (default: packages, beside the project)",
        HelpName = "DIR",
    };

    public static readonly Option<bool> NoRestore = new("--no-restore")
    {
        Description = "Do not restore packages",
    };

    public static readonly Option<bool> NoBuild = new("--no-build")
    {
        Description = "Do not build: the project is built already",
    };

    public static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "The folder for the result",
        HelpName = "DIR",
    };

    public static RootCommand Create(string[] args)
    {
        var root = new RootCommand("Makes, builds and runs C# projects")
        {
            NewCommand.Create(args),
            RestoreCommand.Create(args),
            BuildCommand.Create(args),
            TestCommand.Create(args),
            RunCommand.Create(args),
            PackCommand.Create(args),
            PublishCommand.Create(args),
            CleanCommand.Create(args),
            TelemetryCommand(),
        };
        foreach (var option in root.Subcommands.SelectMany(command => command.Options).Distinct())
        {
            option.Validators.Add(result =>
            {
                if (result.Tokens is [{ Value: "" }]) result.AddError($"{option.Name} is empty.");
            });
        }

        return root;
    }

    /// <summary>An argument of one word. A mistyped option is an error, not such a word.</summary>
    public static Argument<string> Word(string name, string description, ArgumentArity arity)
    {
        var word = new Argument<string>(name) { Description = description, Arity = arity };
        word.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', ..] option }]) result.AddError($"Unknown option '{option}'.");
        });
        return word;
    }

    /// <summary>The path of the project on the command line; the current folder if there is none.</summary>
    public static string ProjectPath(this ParseResult parsed) =>
        (parsed.GetResult(ProjectOption) is not null ? parsed.GetValue(ProjectOption)
            : parsed.GetResult(ProjectArgument) is not null ? parsed.GetValue(ProjectArgument) : null) ?? ".";

    /// <summary>
    /// The parts of a command line that may be recorded: the names of its options, its template and the configuration.
    /// The manifest lists the values; any other template or configuration is recorded as <c>other</c>.
    /// </summary>
    public static IEnumerable<string> KnownArguments(ParseResult parsed)
    {
        foreach (var option in parsed.CommandResult.Command.Options)
        {
            if (parsed.GetResult(option) is { Implicit: false }) yield return option.Name;
        }

        if (parsed.GetResult(Configuration) is { Implicit: false }) yield return parsed.GetValue(Configuration)!;
        if (parsed.GetResult(NewCommand.Template) is not null) yield return parsed.GetValue(NewCommand.Template)!;
    }

    static Command TelemetryCommand()
    {
        var verb = new Argument<string[]>("VERB") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command(
            "telemetry", "View, control and turn off what is recorded; `telemetry help` lists the verbs") { verb };

        // Program.Main handles `telemetry` as the first word; this runs if an option precedes it.
        command.SetAction(parsed => DotnetCliTelemetry.Command(parsed.GetValue(verb) ?? []));
        return command;
    }
}
