// SPDX-License-Identifier: MIT
// `tallymark audit`: who did what with the data.

using System.CommandLine;
using System.Text.Json;

namespace Tallymark.Cli;

static class AuditCommand
{
    public static Command Create()
    {
        var data = Collectors.DataOption();
        var json = new Option<bool>("--json") { Description = "Write the lines as they are, a JSON object each." };
        var command = new Command(
            "audit",
            "Show who read raw data or changed something, when, and with which words. Nothing can be removed from it by a command. " +
            "Exit codes: 0 shown; 1 the file can't be read.")
        {
            data, json,
        };
        command.SetAction(result => Collectors.Run("audit", () => Run(result.GetRequiredValue(data), result.GetValue(json))));
        return command;
    }

    static int Run(string folder, bool json)
    {
        var list = new Listing("time", "who", "role", "what", "tool", "rows", "outcome", "query");
        var damaged = 0;
        foreach (var line in AuditLog.Lines(Collectors.Folder(folder)))
        {
            if (json)
                Console.Out.WriteLine(line);
            else if (!TryAdd(list, line))
                damaged++;
        }

        if (!json)
            list.Write();
        if (damaged > 0)
            Console.Error.WriteLine($"tallymark audit: {damaged} lines can't be read; --json shows them as they are.");
        return damaged == 0 ? 0 : 1;
    }

    static bool TryAdd(Listing list, string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            list.Add(
                Cell("time"), Cell("who"), Cell("role"), Cell("what"), Cell("tool"), Cell("rows"), Cell("outcome"), Cell("query"));
            return true;

            string Cell(string name) => root.TryGetProperty(name, out var value) ? value.ToString() : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
