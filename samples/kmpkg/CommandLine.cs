// SPDX-License-Identifier: MIT
// What can be typed: the commands and their options.

using System.CommandLine;
using Kmpkg.Catalogue;
using Kmpkg.Commands;
using Kmpkg.Installing;

namespace Kmpkg;

/// <summary>The command line of kmpkg.</summary>
static class CommandLine
{
    public static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Say what would be done and touch nothing",
    };

    public static readonly Option<bool> KeepGoing = new("--keep-going")
    {
        Description = "After a port that can't be built, go on with those that don't need it",
    };

    public static readonly Option<bool> Recurse = new("--recurse")
    {
        Description = "Remove also the installed ports that need these",
    };

    static readonly Option<string> PortsRoot = new("--ports-root")
    {
        Description = "The folder of port descriptions (default: ports, beside the tool)",
        HelpName = "DIR",
        Recursive = true,
    };

    static readonly Option<string> InstallRoot = new("--install-root")
    {
        Description = "The folder that ports are installed into (default: installed, in the current folder)",
        HelpName = "DIR",
        Recursive = true,
    };

    static readonly Option<bool> NotThisRun = new(KmpkgTelemetry.DisableOption)
    {
        Description = "Record nothing about this run",
        Recursive = true,
    };

    static readonly Option[] Options = [DryRun, KeepGoing, Recurse, PortsRoot, InstallRoot];

    public static RootCommand Create(KmpkgTelemetry telemetry) => new("A package manager for C and C++ libraries")
    {
        SearchCommand.Create(telemetry),
        ListCommand.Create(telemetry),
        InstallCommand.Create(telemetry),
        RemoveCommand.Create(telemetry),
        TelemetryCommand(),
        PortsRoot,
        InstallRoot,
        NotThisRun,
        new Option<bool>(KmpkgTelemetry.ShowOption) { Description = "Show what is recorded about this run", Recursive = true },
    };

    public static PortCatalogue Catalogue(this ParseResult parsed) =>
        new(parsed.GetValue(PortsRoot) ?? Path.Combine(AppContext.BaseDirectory, "ports"));

    public static InstalledTree Tree(this ParseResult parsed) => new(parsed.GetValue(InstallRoot) ?? "installed");

    /// <summary>The names of the options that were typed, without what was typed after them.</summary>
    public static IEnumerable<string> OptionsUsed(this ParseResult parsed) =>
        Options.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name);

    /// <summary>An argument of ports' names. A mistyped option is one, not a port that nobody has heard of.</summary>
    public static Argument<string[]> PortNames(string description, ArgumentArity arity)
    {
        var names = new Argument<string[]>("PORT") { Description = description, Arity = arity };
        names.Validators.Add(found =>
        {
            foreach (var token in found.Tokens)
            {
                if (token.Value.StartsWith('-')) found.AddError($"There is no option '{token.Value}' here.");
            }
        });
        return names;
    }

    static Command TelemetryCommand()
    {
        var verb = new Argument<string[]>("VERB") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("telemetry", "See, steer and switch off what is recorded; `telemetry help` says how") { verb };

        // Here only where an option stands before the word `telemetry`.
        command.SetAction(parsed => KmpkgTelemetry.Command(
            [.. parsed.GetValue(verb) ?? [], .. parsed.GetValue(NotThisRun) ? new[] { KmpkgTelemetry.DisableOption } : []]));
        return command;
    }
}
