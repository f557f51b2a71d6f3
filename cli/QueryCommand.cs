// SPDX-License-Identifier: MIT
// `tallymark query`: one SELECT over a tool's raw events; and the child that runs it.

using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tallymark.Cli;

static class QueryCommand
{
    const string ChildName = "query-child";

    /// <summary>How the collector starts the child: this program with another command.</summary>
    public static string[] ChildProgram { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "tallymark.dll"), ChildName]
            : [Environment.ProcessPath!, ChildName];

    public static Command Create()
    {
        var tool = new Option<string>("--tool") { Required = true, Description = "The tool's short name, as in its manifest." };
        var data = Collectors.DataOption();
        var json = new Option<bool>("--json") { Description = "Write one JSON object: columns, rows, whether rows were left out." };
        var sql = new Argument<string>("SQL") { Description = "One SELECT in DuckDB's language. Each event is a table of its name; `dev.` before it: of the tool's own makers." };
        var limits = new Limits();
        var command = new Command(
            "query",
            "Read raw events. The query runs apart, on a snapshot, with no access to anything else; it is in the audit log, word for word. " +
            $"At most {limits.QueryRows} rows, {limits.QueryMemoryMiB} MiB and {limits.QueryTime.TotalSeconds:0} seconds. Tab-separated values with a head, " +
            "where tab, line feed and backslash are written \\t, \\n, \\\\ and no value \\N. Exit codes: 0 answered; 1 refused, or failed.")
        {
            tool, data, json, sql,
        };
        command.SetAction(result => Collectors.Run("query", () => Run(
            result.GetRequiredValue(data), result.GetRequiredValue(tool), result.GetRequiredValue(sql), result.GetValue(json))));
        return command;
    }

    /// <summary>The child; nobody types it.</summary>
    public static Command CreateChild()
    {
        var command = new Command(ChildName, "Runs one query from standard input.") { Hidden = true };
        command.SetAction(_ => RunChild());
        return command;
    }

    static int Run(string folder, string tool, string sql, bool json)
    {
        using (var collector = ControlClient.TryConnect(folder))
        {
            if (collector is not null)
            {
                var (text, truncated) = collector.Query(tool, sql, json);
                return Print(text, truncated);
            }
        }

        using var data = ToolData.Open(folder, tool);
        var time = TimeProvider.System;
        using var queries = new Queries(new QueryProcess(ChildProgram), new AuditLog(Collectors.Folder(folder), time), new Limits(), time);
        var answer = queries.AskAsync(
            (AuditLog.Local, Role.Operator), data.Store!, tool, data.Manifest.RetentionDays, sql, json, CancellationToken.None).GetAwaiter().GetResult()!;
        return answer.End.Error is { } error ? throw new StoreException(error) : Print(answer.Text, answer.End.Truncated);
    }

    static int Print(byte[] text, bool truncated)
    {
        using (var output = Console.OpenStandardOutput())
            output.Write(text);
        if (truncated)
            Console.Error.WriteLine("tallymark query: there are more rows; these are the first ones.");
        return 0;
    }

    static int RunChild()
    {
        QueryEnd end;
        try
        {
            var order = JsonSerializer.Deserialize<QueryOrder>(Console.In.ReadLine() ?? "null")
                ?? throw new StoreException("There is no query.");
            using var output = new BufferedStream(Console.OpenStandardOutput(), 64 * 1024);
            end = order.Json ? WriteJson(order, output) : WriteLines(order, output);
        }
        catch (Exception e) when (e is StoreException or JsonException or IOException)
        {
            end = new QueryEnd(e.Message, 0, Truncated: false);
        }

        Console.Error.WriteLine(JsonSerializer.Serialize(end));
        return end.Error is null ? 0 : 1;
    }

    static RawQuestion Question(QueryOrder order) =>
        new(order.Files, order.Sql, order.MostRows, order.MemoryMiB, Math.Clamp(Environment.ProcessorCount / 2, 1, 4));

    static QueryEnd WriteLines(QueryOrder order, Stream output)
    {
        using var lines = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        var rows = 0L;
        var truncated = RawQuery.Run(
            Question(order),
            names => lines.WriteLine(string.Join('\t', names.Select(Listing.Escaped))),
            values =>
            {
                rows++;
                lines.WriteLine(string.Join('\t', values.Select(value => value is null ? "\\N" : Listing.Escaped(value))));
            });
        return new QueryEnd(null, rows, truncated);
    }

    static QueryEnd WriteJson(QueryOrder order, Stream output)
    {
        var rows = 0L;
        bool truncated;
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            truncated = RawQuery.Run(
                Question(order),
                names =>
                {
                    json.WriteStartArray("columns");
                    foreach (var name in names)
                        json.WriteStringValue(name);
                    json.WriteEndArray();
                    json.WriteStartArray("rows");
                },
                values =>
                {
                    rows++;
                    json.WriteStartArray();
                    foreach (var value in values)
                        json.WriteStringValue(value);
                    json.WriteEndArray();
                });
            json.WriteEndArray();
            json.WriteBoolean("truncated", truncated);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        return new QueryEnd(null, rows, truncated);
    }
}
