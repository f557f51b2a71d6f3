// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text.Json;

namespace Tallymark.Cli;

/// <summary><c>tallymark audit</c>: shows the audit log.</summary>
static class AuditCommand
{
    public static Command Create()
    {
        var data = DataFolderCommand.DataOption();
        var json = new Option<bool>("--json") { Description = "Write the lines unchanged, one JSON object each." };
        var command = new Command(
            "audit",
            "Show who read raw data or changed something, when, and with which query. No command removes entries. " +
            "Exit codes: 0 shown; 1 the file can't be read.")
        {
            data, json,
        };
        command.SetAction(result => DataFolderCommand.Run(
            "audit", () => Run(result.GetRequiredValue(data), result.GetValue(json))));
        return command;
    }

    static int Run(string folder, bool json)
    {
        var table = new ConsoleTable("time", "who", "role", "what", "tool", "rows", "outcome", "query");
        var damaged = 0;
        foreach (var line in AuditLog.Lines(DataFolderCommand.OpenExisting(folder)))
        {
            if (json)
                Console.Out.WriteLine(line);
            else if (!TryAdd(table, line))
                damaged++;
        }

        if (!json)
            table.Write();
        if (damaged > 0)
            Console.Error.WriteLine($"tallymark audit: {damaged} lines can't be read; --json shows them unchanged.");
        return damaged == 0 ? 0 : 1;
    }

    static bool TryAdd(ConsoleTable table, string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            table.Add(
                Cell("time"), Cell("who"), Cell("role"), Cell("what"), Cell("tool"), Cell("rows"), Cell("outcome"),
                Cell("query"));
            return true;

            string Cell(string name) => root.TryGetProperty(name, out var value) ? value.ToString() : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
