// SPDX-License-Identifier: MIT
// `tallymark publish`: a period's datasets as public files.

using System.CommandLine;
using System.CommandLine.Parsing;

namespace Tallymark.Cli;

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
            CustomParser = ReadPeriod,
            Description = "The quarter, 2026-q4. It can be published for good 60 days after its last day.",
        };
        var dataset = new Option<string?>("--dataset") { Description = "One dataset; default: all of the manifest." };
        var provisional = new Option<bool>("--provisional")
        {
            Description = "Look into a period that is still open: a folder of its own, replaced each time.",
        };
        var to = new Option<string>("--to")
        {
            Required = true,
            Description = "The public folder; made if it is not there.",
        };
        var data = new Option<string>("--data")
        {
            DefaultValueFactory = _ => ToolData.DefaultFolder,
            Description = "The collector's data folder. A running collector is asked through its socket there.",
        };
        var json = new Option<bool>("--json") { Description = "Write the summary as one JSON object." };
        var command = new Command(
            "publish",
            "Publish the datasets of a period. Rows with too few installations behind them are made more general " +
            "first. What was released is never changed. Exit codes: 0 published, or there already with the same " +
            "bytes; 1 refused or failed, and standard error says why; 2 the command line was not understood.")
        {
            tool, period, dataset, provisional, to, data, json,
        };
        command.SetAction(result => Run(
            result.GetRequiredValue(data), result.GetRequiredValue(tool), result.GetValue(json),
            manifest => new PublishRequest(
                manifest, result.GetRequiredValue(period), result.GetRequiredValue(to), result.GetValue(provisional),
                result.GetValue(dataset))));
        return command;
    }

    static int Run(string folder, string tool, bool json, Func<Manifests.ToolManifest, PublishRequest> make)
    {
        try
        {
            using var data = ToolData.Open(folder, tool);
            var request = make(data.Manifest);
            if (data.Store is not null) // a collector notes it by itself
            {
                new AuditLog(DataFolder.Open(folder), TimeProvider.System).Write(
                    new AuditEntry(AuditLog.Local, Role.Operator, "cells", "begun") { Tool = tool, Query = $"publish {request.Period}" });
            }

            var files = PublishProgressBar.Run(
                $"{tool} {request.Period}",
                progress => new Publisher(data.Cells, TimeProvider.System).Publish(request, progress));
            if (json)
                WriteJson(request, files);
            else
                WriteLines(request, files);
            return 0;
        }
        catch (Exception e) when (e is PublishException or StoreException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"tallymark publish: {e.Message}");
            return 1;
        }
    }

    static void WriteLines(PublishRequest request, IReadOnlyList<PublishedFile> files)
    {
        foreach (var file in files)
        {
            var path = Path.GetRelativePath(Environment.CurrentDirectory, file.Path);
            if (path.StartsWith("..", StringComparison.Ordinal))
                path = file.Path;
            Console.Out.WriteLine(
                $"{path}: {Number(file.Rows, "row")}, {Number(file.Occurrences, "occurrence")}" +
                (file.DaysLeftOut > 0 ? $", {Number(file.DaysLeftOut, "day")} left out" : ""));
        }

        if (files.All(f => !f.Written))
            Console.Error.WriteLine($"Nothing to do: {request.Period} was published already with the same bytes.");
    }

    static string Number(long count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    static void WriteJson(PublishRequest request, IReadOnlyList<PublishedFile> files) => JsonOutput.Write(json =>
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
            json.WriteBoolean("written", file.Written);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    static Period ReadPeriod(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (!Period.TryParse(text, out var period))
            result.AddError($"--period {text}: write a year and a quarter, 2026-q4.");
        return period;
    }
}
