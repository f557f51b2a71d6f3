// SPDX-License-Identifier: MIT
// `tallymark reload`: the running collector reads manifests and certificate again, and says what came of it.

using System.CommandLine;

namespace Tallymark.Cli;

static class ReloadCommand
{
    public static Command Create()
    {
        var data = Collectors.DataOption();
        var json = new Option<bool>("--json") { Description = "Write the answer as one JSON object." };
        var command = new Command(
            "reload",
            "Have the running collector read its manifests and its certificate again; it does so by itself within a minute. " +
            "Prints what was accepted now and which files are refused. Exit codes: 0 nothing is refused; 1 a file is refused, " +
            "and the versions accepted before go on, or no collector runs.")
        {
            data, json,
        };
        command.SetAction(result => Collectors.Run("reload", () => Run(result.GetRequiredValue(data), result.GetValue(json))));
        return command;
    }

    static int Run(string folder, bool json)
    {
        var report = Collectors.Ask(folder, collector => collector.Reload());
        if (json)
            Console.Out.WriteLine(StatusJson.Write(report));
        else
            WriteLines(report);
        return report.Refused.Count == 0 ? 0 : 1;
    }

    static void WriteLines(ReloadReport report)
    {
        foreach (var one in report.Accepted)
            Console.Out.WriteLine($"accepted {one.Tool} {one.Version}");
        foreach (var one in report.Refused)
            Console.Out.WriteLine($"refused {one.File}\n{one.Reason}");
        if (report.Accepted.Count == 0 && report.Refused.Count == 0)
            Console.Error.WriteLine("Nothing is new.");
    }
}
