// SPDX-License-Identifier: MIT
using System.CommandLine;
using Kmpkg.Building;
using Kmpkg.Catalogue;
using Kmpkg.Installing;

namespace Kmpkg.Commands;

/// <summary>
/// <c>kmpkg install PORT...</c>: builds the ports and all they need, and installs them into the tree.
/// </summary>
static class InstallCommand
{
    static readonly Argument<string[]> Names = CommandLine.PortNames("The ports to install", ArgumentArity.OneOrMore);

    public static Command Create(KmpkgTelemetry telemetry)
    {
        var command = new Command("install", "Build ports and their dependencies, and install them")
        {
            Names, CommandLine.DryRun, CommandLine.KeepGoing,
        };
        command.SetAction(parsed => telemetry.Install(run =>
        {
            run.Options = parsed.OptionsUsed();
            var exit = Problem.ReportAccess(() => Run(parsed, telemetry, run), code => run.ExitCode = (int)code);
            if (exit != ExitCode.Success) run.Fail();
            return (int)exit;
        }));
        return command;
    }

    static ExitCode Run(ParseResult parsed, KmpkgTelemetry telemetry, KmpkgTelemetry.InstallEvent run)
    {
        using var tree = parsed.Tree();
        var names = parsed.GetValue(Names) ?? [];
        // For the case that the catalogue can't be read; the plan adds the ports that these need.
        run.Packages = names;
        var plan = InstallPlan.Make(parsed.Catalogue(), names, tree.Has, out var problem);
        run.Packages = plan.Names;
        if (problem is not null) return problem.Report();

        Show(plan, names.Where(tree.Has));
        return parsed.GetValue(CommandLine.DryRun) || plan.Ports is [] ? ExitCode.Success
            : BuildAll(plan, tree, telemetry, parsed.GetValue(CommandLine.KeepGoing));
    }

    static void Show(InstallPlan plan, IEnumerable<string> installed)
    {
        foreach (var name in installed) Console.WriteLine($"{name} is already installed");
        if (plan.Ports is []) return;
        Console.WriteLine($"to be built: {string.Join(", ", plan.Ports.Select(port => port.Title))}");
    }

    static ExitCode BuildAll(InstallPlan plan, InstalledTree tree, KmpkgTelemetry telemetry, bool keepGoing)
    {
        tree.Open();
        var first = ExitCode.Success;
        var failed = 0;
        foreach (var port in plan.Ports)
        {
            // Another kmpkg may have installed it since the plan was made.
            if (tree.Has(port.Name)) continue;
            Console.WriteLine($"building {port.Title}");
            if (Build(port, tree, telemetry) is not { } problem) continue;
            problem.Report();
            failed++;
            if (first == ExitCode.Success) first = problem.Code;
            if (!keepGoing) return first;
        }

        Console.WriteLine($"installed {plan.Ports.Count - failed} of {plan.Ports.Count} ports into {tree.Root}");
        return first;
    }

    static Problem? Build(Port port, InstalledTree tree, KmpkgTelemetry telemetry) => telemetry.Build(build =>
    {
        build.Port = port.Name;
        var problem = PortBuild.Run(port, tree);
        build.Result = problem?.Code switch
        {
            null => KmpkgTelemetry.BuildResult.Succeeded,
            ExitCode.FileConflict => KmpkgTelemetry.BuildResult.FileConflict,
            ExitCode.MissingDependency => KmpkgTelemetry.BuildResult.MissingDependency,
            _ => KmpkgTelemetry.BuildResult.BuildFailed,
        };
        if (problem is not null) build.Fail();
        return problem;
    });
}
