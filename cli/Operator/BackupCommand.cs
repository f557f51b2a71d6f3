// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Tallymark.Cli;

/// <summary>
/// <c>tallymark backup</c>: a consistent copy of the data folder, with or without a running collector.
/// </summary>
static class BackupCommand
{
    public static Command Create()
    {
        var data = DataFolderCommand.DataOption();
        var to = new Option<string>("--to")
        {
            Required = true,
            Description = "The folder for backups. Each backup is a subfolder named by its time.",
        };
        var keep = NumberOption.Whole(
            "--keep", 0, int.MaxValue, 0, "Keep only this many backups and remove the oldest; default: keep all.");
        var json = new Option<bool>("--json") { Description = "Write the summary as one JSON object." };
        var command = new Command(
            "backup",
            "Copy events, manifests, totals, settings, tokens and the audit log. The copy of each tool is " +
            "consistent, and the collector keeps accepting events meanwhile. To restore, stop the collector and " +
            "replace its data folder with the copy. Exit codes: 0 done; 1 failed, and the incomplete backup " +
            "was removed.")
        {
            data, to, keep, json,
        };
        command.SetAction(result => DataFolderCommand.Run("backup", () => Run(
            result.GetRequiredValue(data), Path.GetFullPath(result.GetRequiredValue(to)), result.GetValue(keep),
            result.GetValue(json))));
        return command;
    }

    static int Run(string folder, string to, int keep, bool json)
    {
        BackupReport report;
        using (var collector = ControlClient.TryConnect(folder))
            report = collector?.Backup(to, keep) ?? CopyFiles(folder, to, keep);
        if (json)
        {
            Console.Out.WriteLine(StatusJson.Write(report));
            return 0;
        }

        Console.Out.WriteLine(report.Path);
        Console.Error.WriteLine(
            $"{report.Tools.Count} tools, {report.Files} files, {report.Bytes / (1024.0 * 1024):0.#} MiB.");
        foreach (var old in report.Removed)
            Console.Error.WriteLine($"removed {old}");
        return 0;
    }

    static BackupReport CopyFiles(string folder, string to, int keep)
    {
        var data = DataFolderCommand.OpenExisting(folder);
        using var folderLock = data.TryLock() ?? throw DataFolderCommand.InUse(folder);
        var time = TimeProvider.System;
        new AuditLog(data, time).Write(
            new AuditEntry(AuditLog.Local, Role.Operator, "backup", "begun") { Query = to });
        using var store = new DuckDbEventStore(data.Path);
        return Backup.Make(data, store, DataFolderCommand.ToolsIn(data), to, keep, time);
    }
}
