// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Tallymark.Cli;

/// <summary><c>tallymark reload</c>: the running collector reads its manifests and certificate again.</summary>
static class ReloadCommand
{
    public static Command Create()
    {
        var data = DataFolderCommand.DataOption();
        var json = new Option<bool>("--json") { Description = "Write the answer as one JSON object." };
        var clock = new Option<bool>("--accept-clock")
        {
            Description = "Trust the clock again after the collector has refused to, because it was stopped for more " +
                "than a week, the machine was paused, or the clock was corrected. Prints what that changed.",
        };
        var command = new Command(
            "reload",
            "Make the running collector read its manifests and certificate again; without this it does so within a " +
            "minute. Prints the accepted manifests and the refused files. Exit codes: 0 nothing is refused; 1 a file " +
            "is refused and the previously accepted version stays in use, or no collector is running.")
        {
            data, clock, json,
        };
        command.SetAction(result => DataFolderCommand.Run(
            "reload", () => Run(result.GetRequiredValue(data), result.GetValue(clock), result.GetValue(json))));
        return command;
    }

    static int Run(string folder, bool acceptClock, bool json)
    {
        var report = DataFolderCommand.Ask(folder, collector => collector.Reload(acceptClock));
        if (json)
            Console.Out.WriteLine(StatusJson.Write(report));
        else
            WriteText(report);
        return report.Refused.Count == 0 ? 0 : 1;
    }

    static void WriteText(ReloadReport report)
    {
        if (report.Clock is { } clock)
            Console.Out.WriteLine(clock);
        foreach (var one in report.Accepted)
        {
            Console.Out.WriteLine($"accepted {one.Tool} {one.Version}" + (one.Note is { } note ? $"\n{note}" : ""));
            foreach (var effect in one.Effects)
                Console.Out.WriteLine($"  {effect}");
        }

        foreach (var one in report.Refused)
            Console.Out.WriteLine($"refused {one.File}\n{one.Reason}");
        foreach (var one in report.Memory)
            Console.Out.WriteLine($"memory {one.Tool} {one.Version}\n{one.Note}");
        if (report is { Clock: null, Accepted.Count: 0, Refused.Count: 0, Memory.Count: 0 })
            Console.Error.WriteLine("No changes.");
    }
}
