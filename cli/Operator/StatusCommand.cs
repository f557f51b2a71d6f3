// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Globalization;

namespace Tallymark.Cli;

/// <summary><c>tallymark status</c>: tools, totals, disk, and what the operator has to do.</summary>
static class StatusCommand
{
    public static Command Create()
    {
        var data = DataFolderCommand.DataOption();
        var json = new Option<bool>("--json") { Description = "Write one JSON object (spec/control.md)." };
        var due = new Option<bool>("--due")
        {
            Description = "Show only the actions needed, one line each; nothing if there is none.",
        };
        var command = new Command(
            "status",
            "Show a collector's tools and totals, its disk, its last backup, and actions needed. If no collector is " +
            "running, the status is read from its files. Exit codes: 0 no action is needed; 1 an action is needed, " +
            "or the folder can't be read.")
        {
            data, json, due,
        };
        command.SetAction(result => DataFolderCommand.Run(
            "status", () => Run(
                result.GetRequiredValue(data), result.GetValue(json), result.GetValue(due))));
        return command;
    }

    static int Run(string folder, bool json, bool onlyDue)
    {
        var data = DataFolderCommand.OpenExisting(folder);
        CollectorStatus status;
        using (var collector = ControlClient.TryConnect(folder))
        {
            status = collector?.Status()
                ?? OfflineStatus.Read(data, tool => DuckDbEventStore.SizeOf(data.Path, tool), TimeProvider.System);
        }

        if (json)
            Console.Out.WriteLine(onlyDue ? StatusJson.Write(new { status.Due }) : StatusJson.Write(status));
        else if (onlyDue)
            WriteDue(status, "");
        else
            WriteText(status, folder);
        return status.Due.Count == 0 ? 0 : 1;
    }

    static void WriteText(CollectorStatus status, string folder)
    {
        Console.Out.WriteLine(status.Started is { } started
            ? $"tallymark {status.Version}, running since {Time(started)}"
            : $"No collector is running on {folder}. This status is from its files.");
        if (status.ListensOn is { } address)
            Console.Out.WriteLine($"listening on {address}, operations on {status.Operations}");
        var table = new ConsoleTable(
            "tool", "versions", "received", "stored", "dropped", "refused", "pending", "files", "size");
        foreach (var tool in status.Tools)
        {
            table.Add(
                tool.Tool, string.Join(' ', tool.Versions), Number(tool.Received), Number(tool.Stored),
                Number(tool.Dropped), Number(tool.Refused), Number(tool.Pending), Number(tool.Files), Size(tool.Bytes));
        }

        table.Write();
        foreach (var tool in status.Tools.Where(tool => tool.Development > 0))
            Console.Out.WriteLine(DevelopmentNote.Text(tool.Tool, tool.Development));
        foreach (var tool in status.Tools.Where(tool => tool.SharedIds > 0))
        {
            Console.Out.WriteLine(
                $"{tool.Tool}: many machines probably share {Number(tool.SharedIds)} installation ids, as after a " +
                "copy of a home folder into an image; each counts as one installation");
        }

        foreach (var tool in status.Tools.Where(tool => tool.Deleting > 0))
        {
            Console.Out.WriteLine(
                $"{tool.Tool}: the bytes of {Number(tool.Deleting)} deleted installations are still on disk; the " +
                "next maintenance removes them");
        }

        var reserve = status.Disk.Reserve > 0 ? $", batches are refused below {Size(status.Disk.Reserve)}" : "";
        Console.Out.WriteLine($"disk: {Size(status.Disk.Free)} free{reserve}");
        if (status.CertificateEnds is { } ends)
            Console.Out.WriteLine($"certificate: valid until {Time(ends)}");
        Console.Out.WriteLine($"last backup: {(status.LastBackup is { } backup ? Time(backup) : "none")}");
        Console.Out.WriteLine(
            $"files last read through: {(status.ReadThrough is { } read ? Time(read) : "not yet")}");
        if (status.Started is not null && status.Tools.Min(tool => tool.Tended) is { } tended)
            Console.Out.WriteLine($"last maintenance of every tool: {Time(tended)} or later");
        WriteDue(status, "action needed: ");
    }

    static void WriteDue(CollectorStatus status, string prefix)
    {
        foreach (var due in status.Due)
            Console.Out.WriteLine($"{prefix}{due.What}: {due.Todo.ReplaceLineEndings(" ")}");
    }

    static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    static string Size(long bytes) => bytes switch
    {
        < 1L << 20 => $"{bytes / 1024.0:0.#} KiB",
        < 1L << 30 => $"{bytes / (1024.0 * 1024):0.#} MiB",
        _ => $"{bytes / (1024.0 * 1024 * 1024):0.#} GiB",
    };
}
