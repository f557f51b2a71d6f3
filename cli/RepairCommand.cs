// SPDX-License-Identifier: MIT
// `tallymark repair`: finds damaged files of the store, and puts one aside on the operator's word.

using System.CommandLine;

namespace Tallymark.Cli;

static class RepairCommand
{
    public static Command Create()
    {
        var data = Collectors.DataOption();
        var aside = new Option<string?>("--set-aside")
        {
            Description = "A damaged file: it gets another name, is never deleted, and its events count no more. Put a copy of it from a backup back instead if there is one.",
        };
        var json = new Option<bool>("--json") { Description = "Write the result as one JSON object." };
        var command = new Command(
            "repair",
            "Read every file of the store while no collector runs, and name the damaged one of each tool; or put one aside. " +
            "Exit codes: 0 nothing is damaged, or it was put aside; 1 a file is damaged, or it failed.")
        {
            data, aside, json,
        };
        command.SetAction(result => Collectors.Run("repair", () => Run(result.GetRequiredValue(data), result.GetValue(aside), result.GetValue(json))));
        return command;
    }

    /// <summary>What an operator can type who wants to go on without a file.</summary>
    public static string HowToGoOn(string data, string file) =>
        $"To go on without that file, whose events then count no more: tallymark repair --data {data} --set-aside {file}";

    static int Run(string folder, string? file, bool json)
    {
        var data = Collectors.Folder(folder);
        using var mine = data.TryLock() ?? throw new StoreException($"A collector, or another command, has {folder} open. Stop it first.");
        using var store = new DuckDbEventStore(data.Path);
        return file is null ? Look(data, store, json) : SetAside(data, store, Path.GetFullPath(file), json);
    }

    static int Look(DataFolder data, DuckDbEventStore store, bool json)
    {
        var tools = new List<CheckedTool>();
        var folders = Directory.Exists(data.Tools) ? Directory.GetDirectories(data.Tools) : [];
        foreach (var tool in folders.Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal))
        {
            try
            {
                store.Verify(tool);
                tools.Add(new CheckedTool(tool, null, null));
            }
            catch (StoreException e)
            {
                tools.Add(new CheckedTool(tool, e.File, e.Message));
            }
        }

        if (json)
        {
            Console.Out.WriteLine(StatusJson.Write(new { Tools = tools }));
        }
        else
        {
            foreach (var tool in tools)
                Console.Out.WriteLine(tool.Problem is null ? $"{tool.Tool}: whole" : $"{tool.Tool}: {tool.Problem}");
            foreach (var tool in tools.Where(one => one.Damaged is not null))
                Console.Error.WriteLine(HowToGoOn(data.Path, tool.Damaged!));
        }

        return tools.TrueForAll(tool => tool.Problem is null) ? 0 : 1;
    }

    static int SetAside(DataFolder data, DuckDbEventStore store, string file, bool json)
    {
        var parts = Path.GetRelativePath(data.Tools, file).Split(Path.DirectorySeparatorChar);
        if (parts.Length < 2 || parts[0] == "..")
            throw new StoreException($"{file} is not below {data.Tools}: nothing was set aside.");
        if (!File.Exists(file))
            throw new StoreException($"There is no file {file}: nothing was set aside.");
        new AuditLog(data, TimeProvider.System).Write(
            new AuditEntry(AuditLog.Local, Role.Operator, "set-aside", "begun") { Tool = parts[0], Query = file });
        var path = store.SetAside(parts[0], file);
        if (json)
            Console.Out.WriteLine(StatusJson.Write(new { File = file, Aside = path }));
        else
            Console.Out.WriteLine(path);
        Console.Error.WriteLine(
            "Its events count no more, and rollups are counted again from the rest. The collector says at its next start how many are missing; " +
            $"to count from what is there, remove {Path.Combine(data.Tools, parts[0], "totals.json")} before.");
        return 0;
    }

    /// <summary>What was found of a tool.</summary>
    /// <param name="Tool">Its name.</param>
    /// <param name="Damaged">The damaged file; null: none is.</param>
    /// <param name="Problem">Why it can't be read; null: it can.</param>
    sealed record CheckedTool(string Tool, string? Damaged, string? Problem);
}
