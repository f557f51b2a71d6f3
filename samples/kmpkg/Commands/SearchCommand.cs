// SPDX-License-Identifier: MIT
using System.CommandLine;

namespace Kmpkg.Commands;

/// <summary><c>kmpkg search [TEXT]</c>: the ports whose name or description contains the text.</summary>
static class SearchCommand
{
    static readonly Argument<string> Text = new("TEXT")
    {
        Description = "Part of a name or description (default: list all ports)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create(KmpkgTelemetry telemetry)
    {
        var command = new Command("search", "Find ports in the catalogue") { Text };
        command.SetAction(parsed => telemetry.Search(run =>
        {
            run.Options = parsed.OptionsUsed();
            var exit = Problem.ReportAccess(() => Run(parsed), code => run.ExitCode = (int)code);
            if (exit != ExitCode.Success) run.Fail();
            return (int)exit;
        }));
        return command;
    }

    static ExitCode Run(ParseResult parsed)
    {
        var text = parsed.GetValue(Text) ?? "";
        var catalogue = parsed.Catalogue();
        var exit = ExitCode.Success;
        foreach (var name in catalogue.Names)
        {
            var port = catalogue.Find(name, out var problem);
            if (problem is not null) exit = problem.Report();
            if (port is not null && (Has(port.Name) || Has(port.Description)))
                Console.WriteLine($"{port.Name,-24} {port.Version,-12} {port.Description}");
        }

        return exit;

        bool Has(string where) => where.Contains(text, StringComparison.OrdinalIgnoreCase);
    }
}
