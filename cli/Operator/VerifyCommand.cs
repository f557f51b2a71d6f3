// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Tallymark.Cli;

/// <summary><c>tallymark verify</c>: reads a data folder or a backup, and names each damaged file.</summary>
static class VerifyCommand
{
    const int Damaged = 1;
    const int NotRead = 2;

    public static Command Create()
    {
        var path = new Argument<string>("path")
        {
            Description = "A collector's data folder, also while the collector serves it, or a backup.",
        };
        var json = new Option<bool>("--json") { Description = "Write one JSON object (spec/control.md)." };
        var command = new Command(
            "verify",
            "Read a data folder or a backup from the first to the last byte and name each damaged file: the " +
            "checksums and the values of the store's files, the journal, manifests, folded days and the rest. " +
            "Changes nothing. Exit codes: 0 nothing is damaged; 1 a file is damaged; 2 the folder can't be read.")
        {
            path, json,
        };
        command.SetAction(result => Run(result.GetRequiredValue(path), result.GetValue(json)));
        return command;
    }

    static int Run(string path, bool json)
    {
        try
        {
            return Check(Path.GetFullPath(path), json);
        }
        catch (Exception e) when (e is ControlException or StoreException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"tallymark verify: {e.Message.ReplaceLineEndings(" ")}");
            return NotRead;
        }
    }

    static int Check(string path, bool json)
    {
        var data = Open(path);
        using var collector = ControlClient.TryConnect(path);
        var report = ProgressBar.Run(
            $"Reading {path}", progress => new FolderCheck(data, collector is not null, progress).Run());
        if (collector is not null)
            Tell(collector, report);
        if (json)
            Console.Out.WriteLine(StatusJson.Write(report));
        else
            WriteText(path, report);
        return report.Damaged.Count == 0 ? 0 : Damaged;
    }

    static DataFolder Open(string path)
    {
        if (!Directory.Exists(path))
            throw new IOException($"{path} does not exist. Name a data folder or a backup.");
        if (path.EndsWith(Backup.Unfinished, StringComparison.Ordinal))
            throw new IOException($"{path} is a backup that was not finished. Delete it, and use another one.");
        var data = DataFolder.ToRead(path);
        if (Directory.Exists(data.Tools) || File.Exists(Path.Combine(path, "format.json")))
            return data;
        throw new IOException(
            $"{path} is neither a data folder nor a backup. "
            + (Directory.GetDirectories(path).Order(StringComparer.Ordinal).LastOrDefault(BackupSums.IsBackup)
                is { } backup ? $"Name one of the backups in it, such as {backup}." : "Name one of these."));
    }

    // From now on the status, the metrics and the alarms of the collector say so too.
    static void Tell(ControlClient collector, FolderReport report)
    {
        collector.Reread();
        foreach (var damage in report.Damaged.Where(one => one.Tool is not null))
            collector.Reread((damage.Tool!, Path.GetFileName(damage.File)));
    }

    static void WriteText(string path, FolderReport report)
    {
        foreach (var damage in report.Damaged)
        {
            Console.Out.WriteLine(
                $"{damage.File}: {damage.Problem.ReplaceLineEndings(" ")} {damage.Todo.ReplaceLineEndings(" ")}");
        }

        if (report.ValuesNotRead > 0)
        {
            Console.Error.WriteLine(
                $"The collector has {report.ValuesNotRead} files open for writing: their checksums were read, their " +
                "values were not.");
        }

        if (report.Damaged.Count == 0)
        {
            Console.Out.WriteLine(
                $"{path}: good. {(report.Kind == "backup" ? "A backup" : "A data folder")} with {report.Tools} tools; "
                + $"{report.Files} files of the store were read, {report.Bytes / (1024.0 * 1024):0.#} MiB.");
        }
    }
}
