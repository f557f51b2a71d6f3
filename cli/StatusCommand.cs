// SPDX-License-Identifier: MIT
// `tallymark status`: tools, totals, disk, and what somebody should do something about.

using System.CommandLine;
using System.Globalization;

namespace Tallymark.Cli;

static class StatusCommand
{
    public static Command Create()
    {
        var data = Collectors.DataOption();
        var json = new Option<bool>("--json") { Description = "Write the status as one JSON object (spec/control.md)." };
        var command = new Command(
            "status",
            "Show how a collector is doing: its tools and their totals, its disk, its last backup, and what is due. Where none runs " +
            "the files are looked at. Exit codes: 0 nothing is due; 1 something is, or the folder can't be read.")
        {
            data, json,
        };
        command.SetAction(result => Collectors.Run("status", () => Run(result.GetRequiredValue(data), result.GetValue(json))));
        return command;
    }

    static int Run(string folder, bool json)
    {
        var data = Collectors.Folder(folder);
        CollectorStatus status;
        using (var collector = ControlClient.TryConnect(folder))
            status = collector?.Status() ?? StoppedCollector.Status(data);
        if (json)
            Console.Out.WriteLine(StatusJson.Write(status));
        else
            Write(status, folder);
        return status.Due.Count == 0 ? 0 : 1;
    }

    static void Write(CollectorStatus status, string folder)
    {
        Console.Out.WriteLine(status.Started is { } started
            ? $"tallymark {status.Version}, running since {Time(started)}"
            : $"No collector runs on {folder}; this is what its files say.");
        var list = new Listing("tool", "versions", "received", "stored", "dropped", "refused", "pending", "files", "size");
        foreach (var tool in status.Tools)
        {
            list.Add(
                tool.Tool, string.Join(' ', tool.Versions), Number(tool.Received), Number(tool.Stored), Number(tool.Dropped),
                Number(tool.Refused), Number(tool.Pending), Number(tool.Files), Size(tool.Bytes));
        }

        list.Write();
        Console.Out.WriteLine($"disk: {Size(status.Disk.Free)} free" + (status.Disk.Reserve > 0 ? $", batches are refused below {Size(status.Disk.Reserve)}" : ""));
        if (status.CertificateEnds is { } ends)
            Console.Out.WriteLine($"certificate: until {Time(ends)}");
        Console.Out.WriteLine($"last backup: {(status.LastBackup is { } backup ? Time(backup) : "none")}");
        foreach (var due in status.Due)
            Console.Out.WriteLine($"due: {due.What}: {due.Todo}");
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
