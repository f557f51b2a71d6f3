// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Tallymark.Cli;

/// <summary>
/// <c>tallymark repair</c>: finds damaged files of the store, and sets one aside if the operator says so.
/// </summary>
static class RepairCommand
{
    public static Command Create()
    {
        var data = DataFolderCommand.DataOption();
        var aside = new Option<string?>("--set-aside")
        {
            Description = "A damaged file to rename, so that the collector can start without it. It is never " +
                "deleted, but its events are no longer counted. If a backup has the file, restore it instead.",
        };
        var json = new Option<bool>("--json") { Description = "Write the result as one JSON object." };
        var command = new Command(
            "repair",
            "Read every file of the store and report the first damaged file of each tool, if any. --set-aside sets " +
            "one aside. Stop the collector first. Exit codes: 0 nothing is damaged, or the file was set aside; 1 a " +
            "file is damaged, or the command failed.")
        {
            data, aside, json,
        };
        command.SetAction(result => DataFolderCommand.Run("repair", () => Run(
            result.GetRequiredValue(data), result.GetValue(aside), result.GetValue(json))));
        return command;
    }

    /// <summary>The command with which an operator continues without a damaged file.</summary>
    public static string SetAsideHint(string data, string file) =>
        "To continue without this file (its events are then no longer counted), run: " +
        $"tallymark repair --data {data} --set-aside {file}";

    static int Run(string folder, string? file, bool json)
    {
        var data = DataFolderCommand.OpenExisting(folder);
        using var folderLock = data.TryLock()
            ?? throw new StoreException($"A collector or another command has {folder} open. Stop it first.");
        using var store = new DuckDbEventStore(data.Path);
        var repair = new DuckDbRepair(store);
        return file is null ? Check(data, repair, json) : SetAside(data, repair, Path.GetFullPath(file), json);
    }

    static int Check(DataFolder data, DuckDbRepair repair, bool json)
    {
        List<CheckedTool> tools = [.. DataFolderCommand.ToolsIn(data).Select(tool => Check(repair, tool))];
        if (json)
            Console.Out.WriteLine(StatusJson.Write(new { Tools = tools }));
        else
            WriteText(data, tools);
        return tools.TrueForAll(tool => tool.Problem is null) ? 0 : 1;
    }

    static CheckedTool Check(DuckDbRepair repair, string tool)
    {
        try
        {
            repair.Verify(tool);
            return new CheckedTool(tool, null, null);
        }
        catch (StoreException e)
        {
            return new CheckedTool(tool, (e as DamagedFileException)?.File, e.Message);
        }
    }

    static void WriteText(DataFolder data, List<CheckedTool> tools)
    {
        foreach (var tool in tools)
            Console.Out.WriteLine(tool.Problem is null ? $"{tool.Tool}: not damaged" : $"{tool.Tool}: {tool.Problem}");
        foreach (var tool in tools.Where(one => one.Damaged is not null))
            Console.Error.WriteLine(SetAsideHint(data.Path, tool.Damaged!));
    }

    static int SetAside(DataFolder data, DuckDbRepair repair, string file, bool json)
    {
        var parts = Path.GetRelativePath(data.Tools, file).Split(Path.DirectorySeparatorChar);
        if (parts.Length < 2 || parts[0] == "..")
            throw new StoreException($"{file} is not below {data.Tools}. Nothing was set aside.");
        if (!File.Exists(file))
            throw new StoreException($"{file} does not exist. Nothing was set aside.");
        new AuditLog(data, TimeProvider.System).Write(
            new AuditEntry(AuditLog.Local, Role.Operator, "set-aside", "begun") { Tool = parts[0], Query = file });
        var path = repair.SetAside(parts[0], file);
        if (json)
            Console.Out.WriteLine(StatusJson.Write(new { File = file, Aside = path }));
        else
            Console.Out.WriteLine(path);
        Console.Error.WriteLine(
            "The events in this file are no longer counted, and the rollups are computed again from the other files. " +
            "At its next start the collector reports how many events are missing. To start counting from the " +
            $"remaining events instead, remove {Path.Combine(data.Tools, parts[0], "totals.json")} first.");
        return 0;
    }

    /// <summary>The result for one tool.</summary>
    /// <param name="Tool">Its name.</param>
    /// <param name="Damaged">The damaged file; null if there is none.</param>
    /// <param name="Problem">Why the tool can't be read; null if it can.</param>
    sealed record CheckedTool(string Tool, string? Damaged, string? Problem);
}
