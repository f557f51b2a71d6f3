// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Tallymark.Cli;

/// <summary>
/// <c>tallymark query</c>: one SELECT over a tool's raw events; and the hidden command of the child process that runs
/// it.
/// </summary>
static class QueryCommand
{
    const string ChildName = "query-child";

    /// <summary>The command line of the child process: this program with another command.</summary>
    public static string[] ChildProgram { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "tallymark.dll"), ChildName]
            : [Environment.ProcessPath!, ChildName];

    public static Command Create()
    {
        var tool = new Option<string>("--tool")
        {
            Required = true,
            Description = "The tool's short name, as in its manifest.",
        };
        var data = DataFolderCommand.DataOption();
        var json = new Option<bool>("--json")
        {
            Description = "Write one JSON object: columns, rows, and whether rows were left out.",
        };
        var sql = new Argument<string>("SQL")
        {
            Description = "One SELECT in DuckDB's SQL. Each declared event has a table of the same name, perhaps an " +
                "empty one; the table `dev.NAME` has its events from development builds.",
        };
        var limits = new Limits();
        var command = new Command(
            "query",
            "Read raw events. The query runs in a separate process, on a snapshot, without access to anything else, " +
            $"and is recorded in the audit log word for word. Limits: {limits.MaxQueryRows} rows, " +
            $"{limits.MaxQueryMemoryMiB} MiB, {limits.QueryTimeout.TotalSeconds:0} seconds. The output is " +
            "tab-separated values with headings; " +
            "tab, line feed and backslash are written \\t, \\n, \\\\ and a missing value \\N. Exit codes: 0 " +
            "answered; 1 refused or failed.")
        {
            tool, data, json, sql,
        };
        command.SetAction(result => DataFolderCommand.Run("query", () =>
        {
            var text = result.GetRequiredValue(sql);
            var (folder, name) = (result.GetRequiredValue(data), result.GetRequiredValue(tool));
            var code = Run(folder, name, text, result.GetValue(json));
            if (!text.Contains("dev.", StringComparison.OrdinalIgnoreCase))
                DevelopmentNote.Write("query", folder, name);
            return code;
        }));
        return command;
    }

    /// <summary>The command of the child process. Not for users.</summary>
    public static Command CreateChild()
    {
        var command = new Command(ChildName, "Runs one query from standard input.") { Hidden = true };
        command.SetAction(_ => DuckDbQueryChild.Run());
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

        using var data = ToolSource.Open(folder, tool);
        var time = TimeProvider.System;
        var audit = new AuditLog(DataFolderCommand.OpenExisting(folder), time);
        using var queries = new RawQueries(audit, new Limits(), time);
        var asking = queries.RunAsync(
            (AuditLog.Local, Role.Operator), data.Store!, data.Store!, tool, data.Manifests, sql, json,
            CancellationToken.None);
        var answer = asking.GetAwaiter().GetResult()!;
        return answer.Error is { } error ? throw new StoreException(error) : Print(answer.Text, answer.IsTruncated);
    }

    static int Print(byte[] text, bool truncated)
    {
        using (var output = StandardStreams.OpenOutput())
            output.Write(text);
        if (truncated)
            Console.Error.WriteLine("tallymark query: there are more rows; only the first ones are shown.");
        return 0;
    }
}
