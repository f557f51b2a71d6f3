// SPDX-License-Identifier: MIT
using System.CommandLine;
using Kmpkg.Installing;

namespace Kmpkg.Commands;

/// <summary><c>kmpkg remove PORT...</c>: removes exactly the files that the ports installed.</summary>
static class RemoveCommand
{
    static readonly Argument<string[]> Names =
        CommandLine.PortNames("The installed ports to remove", ArgumentArity.OneOrMore);

    public static Command Create(KmpkgTelemetry telemetry)
    {
        var command = new Command("remove", "Remove installed ports")
        {
            Names, CommandLine.DryRun, CommandLine.Recurse,
        };
        command.SetAction(parsed => telemetry.Remove(run =>
        {
            run.Options = parsed.OptionsUsed();
            var exit = Problem.ReportAccess(() => Run(parsed, run), code => run.ExitCode = (int)code);
            if (exit != ExitCode.Success) run.Fail();
            return (int)exit;
        }));
        return command;
    }

    static ExitCode Run(ParseResult parsed, KmpkgTelemetry.RemoveEvent run)
    {
        using var tree = parsed.Tree();
        var names = parsed.GetValue(Names) ?? [];
        // For the case that the tree can't be read; the plan adds the ports that need these.
        run.Packages = names;
        var plan = RemovalPlan.Make(tree, names, parsed.GetValue(CommandLine.Recurse), out var problem);
        run.Packages = plan.Names;
        if (problem is not null) return problem.Report();

        if (parsed.GetValue(CommandLine.DryRun))
        {
            Console.WriteLine($"to be removed: {string.Join(", ", plan.Ports.Select(port => port.Name))}");
            return ExitCode.Success;
        }

        tree.Open();
        foreach (var port in plan.Ports)
        {
            Console.WriteLine($"removing {port.Name} {port.Version}");
            tree.Remove(port);
        }

        return ExitCode.Success;
    }
}
