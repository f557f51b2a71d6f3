// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;

namespace Tallymark.Bench;

/// <summary>
/// A user's home for the program with Tallymark, in the benchmark's temporary folder: its receipt, which comes from a
/// shown notice as for a real user, and the lines recorded by each run.
/// </summary>
sealed class ToolHome
{
    static readonly string[] QueueFolders = ["spool", "building", "batches", "splitting"];

    readonly string _state;

    internal ToolHome(string folder)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        _state = Path.Combine(Folder, ".local/state/tallymark/lines");
    }

    internal string Folder { get; }

    /// <summary>Runs a command in a pseudo-terminal, which shows the notice. That run must record nothing.</summary>
    internal void ShowNotice(string command)
    {
        var start = new ProcessStartInfo("script", ["-qec", command, "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        Runs.CleanEnvironment(start, Folder, []);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var shown = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (!File.Exists(Path.Combine(_state, "receipts/terminal")) || Lines() != 0)
            throw new BenchException($"A run on a terminal stored no receipt. It printed: {shown}");
    }

    /// <summary>Sets the time of the next upload, and the count of processes to zero.</summary>
    internal void ScheduleUpload(TimeSpan ahead) => File.WriteAllText(
        Path.Combine(_state, "due"),
        (DateTime.UtcNow + ahead).ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture) + "\n");

    /// <summary>The number of complete queued lines, in all folders of the queue.</summary>
    internal int Lines()
    {
        var lines = 0;
        foreach (var file in QueuedFiles())
        {
            foreach (var one in File.ReadAllBytes(file))
            {
                if (one == '\n')
                    lines++;
            }
        }

        return lines;
    }

    /// <summary>Removes everything that is queued, so that each upload has the same work.</summary>
    internal void ClearQueue()
    {
        foreach (var file in QueuedFiles())
            File.Delete(file);
        var batches = Path.Combine(_state, "batches");
        foreach (var batch in Directory.Exists(batches) ? Directory.GetDirectories(batches) : [])
            Directory.Delete(batch, recursive: true);
    }

    List<string> QueuedFiles()
    {
        var files = new List<string>();
        foreach (var name in QueueFolders)
        {
            var folder = Path.Combine(_state, name);
            if (Directory.Exists(folder))
                files.AddRange(Directory.GetFiles(folder, "*.ndjson", SearchOption.AllDirectories));
        }

        return files;
    }
}
