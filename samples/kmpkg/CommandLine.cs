// SPDX-License-Identifier: MIT
using System.CommandLine;
using Kmpkg.Catalogue;
using Kmpkg.Commands;
using Kmpkg.Installing;

namespace Kmpkg;

/// <summary>The commands of kmpkg and their options.</summary>
static class CommandLine
{
    public static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Print what would be done, without doing it",
    };

    public static readonly Option<bool> KeepGoing = new("--keep-going")
    {
        Description = "If a port cannot be built, continue with the ports that do not need it",
    };

    public static readonly Option<bool> Recurse = new("--recurse")
    {
        Description = "Also remove the installed ports that need these",
    };

    static readonly Option<string> PortsRoot = new("--ports-root")
    {
        Description = "Folder of the port descriptions (default: ports, beside the tool)",
        HelpName = "DIR",
        Recursive = true,
    };

    static readonly Option<string> InstallRoot = new("--install-root")
    {
        Description = "Folder to install ports into (default: installed, in the current folder)",
        HelpName = "DIR",
        Recursive = true,
    };

    static readonly Option<bool> OptOut = new(KmpkgTelemetry.DisableOption)
    {
        Description = "Record nothing about this run",
        Recursive = true,
    };

    static readonly Option[] Options = [DryRun, KeepGoing, Recurse, PortsRoot, InstallRoot];

    public static RootCommand Create(KmpkgTelemetry telemetry)
    {
        foreach (var folder in (Option[])[PortsRoot, InstallRoot])
        {
            folder.Validators.Add(result =>
            {
                if (result.Tokens is [{ Value: "" }]) result.AddError($"{folder.Name} is empty. Write a folder.");
            });
        }

        return Root(telemetry);
    }

    static RootCommand Root(KmpkgTelemetry telemetry) => new("A package manager for C and C++ libraries")
    {
        SearchCommand.Create(telemetry),
        ListCommand.Create(telemetry),
        InstallCommand.Create(telemetry),
        RemoveCommand.Create(telemetry),
        TelemetryCommand(),
        PortsRoot,
        InstallRoot,
        OptOut,
        new Option<bool>(KmpkgTelemetry.ShowOption)
        {
            Description = "Print what is recorded about this run",
            Recursive = true,
        },
    };

    public static PortCatalogue Catalogue(this ParseResult parsed) =>
        new(parsed.GetValue(PortsRoot) ?? Path.Combine(AppContext.BaseDirectory, "ports"));

    public static InstalledTree Tree(this ParseResult parsed) => new(parsed.GetValue(InstallRoot) ?? "installed");

    /// <summary>The names of the options on the command line, without their values.</summary>
    public static IEnumerable<string> OptionsUsed(this ParseResult parsed) =>
        Options.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name);

    /// <summary>An argument of port names. A mistyped option is an error, not an unknown port.</summary>
    public static Argument<string[]> PortNames(string description, ArgumentArity arity)
    {
        var names = new Argument<string[]>("PORT") { Description = description, Arity = arity };
        names.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (token.Value.StartsWith('-')) result.AddError($"Unknown option '{token.Value}'.");
            }
        });
        return names;
    }

    static Command TelemetryCommand()
    {
        var verb = new Argument<string[]>("VERB") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command(
            "telemetry",
            "View this tool's anonymous usage data and control its collection; `telemetry help` lists the verbs")
        {
            verb,
        };

        // Program.Main handles `telemetry` as the first word; this runs if an option precedes it.
        command.SetAction(parsed =>
        {
            string[] option = parsed.GetValue(OptOut) ? [KmpkgTelemetry.DisableOption] : [];
            return KmpkgTelemetry.Command([.. parsed.GetValue(verb) ?? [], .. option]);
        });
        return command;
    }
}
