// SPDX-License-Identifier: MIT
// One user's home for the program with Tallymark: a receipt got as users get it, and what lies there after each run.

using System.Diagnostics;
using System.Globalization;

namespace Tallymark.Bench;

/// <summary>A folder of its own under the bench's temporary folder.</summary>
sealed class ToolHome
{
    static readonly string[] WaitingFolders = ["spool", "building", "batches", "splitting"];

    readonly string _state;

    internal ToolHome(string folder)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        _state = Path.Combine(Folder, ".local/state/tallymark/lines");
    }

    internal string Folder { get; }

    /// <summary>
    /// Shows the notice in a pseudo-terminal. That run must record nothing; what comes after it must.
    /// </summary>
    internal void SeeNotice(string command)
    {
        var start = new ProcessStartInfo("script", ["-qec", command, "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        Runs.Clean(start, Folder, []);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var shown = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (!File.Exists(Path.Combine(_state, "receipts/terminal")) || Lines() != 0)
            throw new BenchException("No receipt after a run on a terminal, which printed: " + shown);
    }

    /// <summary>Puts the next upload so far away, without a process counted.</summary>
    internal void PlanUpload(TimeSpan ahead) => File.WriteAllText(
        Path.Combine(_state, "due"),
        (DateTime.UtcNow + ahead).ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture) + "\n");

    /// <summary>Whole lines that are queued, wherever they wait.</summary>
    internal int Lines()
    {
        var lines = 0;
        foreach (var file in Waiting())
        {
            foreach (var one in File.ReadAllBytes(file))
            {
                if (one == '\n')
                    lines++;
            }
        }

        return lines;
    }

    /// <summary>Takes away what is queued, so that each upload has as much to do as the first.</summary>
    internal void Empty()
    {
        foreach (var file in Waiting())
            File.Delete(file);
        foreach (var batch in Directory.Exists(Path.Combine(_state, "batches")) ? Directory.GetDirectories(Path.Combine(_state, "batches")) : [])
            Directory.Delete(batch, recursive: true);
    }

    List<string> Waiting()
    {
        var files = new List<string>();
        foreach (var name in WaitingFolders)
        {
            var folder = Path.Combine(_state, name);
            if (Directory.Exists(folder))
                files.AddRange(Directory.GetFiles(folder, "*.ndjson", SearchOption.AllDirectories));
        }

        return files;
    }
}
