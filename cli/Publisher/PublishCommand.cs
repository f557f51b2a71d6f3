// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Parsing;

namespace Tallymark.Cli;

/// <summary><c>tallymark publish</c>: writes a period's datasets as public files.</summary>
static class PublishCommand
{
    public static Command Create()
    {
        var tool = new Option<string>("--tool")
        {
            Required = true,
            Description = "The tool's short name, as in its manifest.",
        };
        var period = new Option<Period>("--period")
        {
            Required = true,
            CustomParser = ParsePeriod,
            Description = "The quarter, such as 2026-q4. It can be released 60 days after its last day.",
        };
        var dataset = new Option<string?>("--dataset")
        {
            Description = "Release only this dataset; default: all datasets of the manifest.",
        };
        var provisional = new Option<bool>("--provisional")
        {
            Description =
                "Preview a period that is still open, in a separate folder: its days that ended more than 60 days " +
                "ago and can't change any more, in all datasets.",
        };
        var to = new Option<string>("--to")
        {
            Required = true,
            Description = "The public folder; created if it does not exist.",
        };
        var data = DataFolderCommand.DataOption();
        var json = new Option<bool>("--json") { Description = "Write the summary as one JSON object." };
        var watched = new Option<bool>(ParentWatch.Option) { Hidden = true };
        var command = new Command(
            "publish",
            "Publish the datasets of a period. Rows with too few installations are generalised first. Released files " +
            "are never changed. Exit codes: 0 published, or already there with the same bytes; 1 refused or failed, " +
            "see standard error; 2 invalid command line.")
        {
            tool, period, dataset, provisional, to, data, json, watched,
        };
        command.SetAction(result =>
        {
            if (result.GetValue(watched))
                ParentWatch.Start();
            return Run(
                result.GetRequiredValue(data), result.GetRequiredValue(tool), result.GetRequiredValue(period),
                result.GetValue(json),
                manifests => new PublishRequest(
                    manifests, result.GetRequiredValue(period), result.GetRequiredValue(to),
                    DataFolder.Open(result.GetRequiredValue(data)).Folded(result.GetRequiredValue(tool)),
                    result.GetValue(provisional), result.GetValue(dataset)));
        });
        return command;
    }

    static int Run(
        string folder, string tool, Period period, bool json,
        Func<IReadOnlyList<ToolManifest>, PublishRequest> createRequest)
    {
        try
        {
            using var data = ToolSource.Open(folder, tool, period.ToString());
            var request = createRequest(data.Manifests);
            if (DataFolder.Open(folder).ClockDoubt(TimeProvider.System.GetUtcNow()) is { } doubt)
                throw new PublishException($"Nothing was published. {doubt}");
            if (data.Store is not null) // a running collector writes the entry itself
            {
                var entry = new AuditEntry(AuditLog.Local, Role.Operator, AuditEntry.PublishAction, "begun")
                {
                    Tool = tool,
                    Query = period.ToString(),
                };
                new AuditLog(DataFolder.Open(folder), TimeProvider.System).Write(entry);
            }

            var files = PublishProgressDisplay.Run(
                $"{tool} {request.Period}",
                progress => new Publisher(data.Cells, TimeProvider.System).Publish(request, progress));
            if (json)
                WriteJson(request, files);
            else
                WriteText(request, files);
            DevelopmentNote.Write("publish", folder, tool);
            return 0;
        }
        catch (Exception e) when (e is PublishException or StoreException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"tallymark publish: {e.Message}");
            return 1;
        }
    }

    static void WriteText(PublishRequest request, IReadOnlyList<PublishedFile> files)
    {
        foreach (var file in files)
        {
            var path = Path.GetRelativePath(Environment.CurrentDirectory, file.Path);
            if (path.StartsWith("..", StringComparison.Ordinal))
                path = file.Path;
            Console.Out.WriteLine(
                $"{path}: {Number(file.Rows, "row")}, {Number(file.Occurrences, "occurrence")}" +
                (file.DaysLeftOut > 0 ? $", {Number(file.DaysLeftOut, "day")} left out" : "") +
                (file.DaysNotKept > 0 ? $", {Number(file.DaysNotKept, "day")} not kept" : ""));
        }

        if (files.All(f => !f.Written))
            Console.Error.WriteLine($"Nothing to do: {request.Period} was already published with the same bytes.");
    }

    static string Number(long count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    static void WriteJson(PublishRequest request, IReadOnlyList<PublishedFile> files) => ConsoleJson.WriteObject(json =>
    {
        json.WriteNumber("tallymark", 1);
        json.WriteString("tool", request.Manifest.Tool);
        json.WriteString("period", request.Period.ToString());
        json.WriteBoolean("provisional", request.Provisional);
        json.WriteStartArray("files");
        foreach (var file in files)
        {
            json.WriteStartObject();
            json.WriteString("dataset", file.Dataset);
            json.WriteString("path", file.Path);
            json.WriteNumber("rows", file.Rows);
            json.WriteNumber("occurrences", file.Occurrences);
            json.WriteNumber("daysLeftOut", file.DaysLeftOut);
            json.WriteNumber("daysNotKept", file.DaysNotKept);
            json.WriteBoolean("written", file.Written);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    static Period ParsePeriod(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (!Period.TryParse(text, out var period))
            result.AddError($"--period {text}: write a year and a quarter, such as 2026-q4.");
        return period;
    }
}
