// SPDX-License-Identifier: MIT
using System.CommandLine;

namespace Kmpkg.Commands;

/// <summary><c>kmpkg list [PORT...]</c>: the installed ports, or the files of these ports.</summary>
static class ListCommand
{
    static readonly Argument<string[]> Names = CommandLine.PortNames(
        "List the files of these installed ports (default: list the installed ports)", ArgumentArity.ZeroOrMore);

    public static Command Create(KmpkgTelemetry telemetry)
    {
        var command = new Command("list", "List installed ports") { Names };
        command.SetAction(parsed => telemetry.List(run =>
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
        using var tree = parsed.Tree();
        var installed = tree.Ports;
        var names = parsed.GetValue(Names) ?? [];
        if (names.FirstOrDefault(name => !tree.Has(name)) is { } unknown)
            return new Problem(ExitCode.UnknownPort, $"'{unknown}' is not installed").Report();

        foreach (var port in installed)
        {
            if (names is [])
                Console.WriteLine($"{port.Name,-24} {port.Version,-12} {port.Files.Count} files");
            else if (names.Contains(port.Name))
                foreach (var file in port.Files) Console.WriteLine($"{tree.Root}/{file}");
        }

        return ExitCode.Success;
    }
}
