// SPDX-License-Identifier: MIT
// `tallymark backup`: a consistent copy of the data folder, while the collector serves or without one.

using System.CommandLine;

namespace Tallymark.Cli;

static class BackupCommand
{
    public static Command Create()
    {
        var data = Collectors.DataOption();
        var to = new Option<string>("--to") { Required = true, Description = "The folder of backups: each gets a folder of its own in it, named by its time." };
        var keep = new Option<int>("--keep") { Description = "Remove older ones, so that this many are left; default: all stay." };
        var json = new Option<bool>("--json") { Description = "Write the summary as one JSON object." };
        var command = new Command(
            "backup",
            "Copy events, manifests, totals, settings, tokens and the audit log, as they are at one moment for each tool. Commits go on meanwhile. " +
            "To restore, stop the collector and put the copy in the place of its data folder. Exit codes: 0 done; 1 failed, and nothing is left of it.")
        {
            data, to, keep, json,
        };
        command.SetAction(result => Collectors.Run("backup", () => Run(
            result.GetRequiredValue(data), Path.GetFullPath(result.GetRequiredValue(to)), result.GetValue(keep), result.GetValue(json))));
        return command;
    }

    static int Run(string folder, string to, int keep, bool json)
    {
        BackupReport report;
        using (var collector = ControlClient.TryConnect(folder))
            report = collector?.Backup(to, keep) ?? OfFiles(folder, to, keep);
        if (json)
        {
            Console.Out.WriteLine(StatusJson.Write(report));
            return 0;
        }

        Console.Out.WriteLine(report.Path);
        Console.Error.WriteLine($"{report.Tools.Count} tools, {report.Files} files, {report.Bytes / (1024.0 * 1024):0.#} MiB.");
        foreach (var old in report.Removed)
            Console.Error.WriteLine($"removed {old}");
        return 0;
    }

    static BackupReport OfFiles(string folder, string to, int keep)
    {
        var data = Collectors.Folder(folder);
        using var mine = data.TryLock() ?? throw new StoreException(
            $"Another process has {folder} open and does not answer on its socket. Wait until it ends, or stop it.");
        var time = TimeProvider.System;
        new AuditLog(data, time).Write(new AuditEntry(AuditLog.Local, Role.Operator, "backup", "begun") { Query = to });
        using var store = new DuckDbEventStore(data.Path);
        var tools = Directory.Exists(data.Tools) ? Directory.GetDirectories(data.Tools) : [];
        return Backup.Make(data, store, [.. tools.Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)], to, keep, time);
    }
}
