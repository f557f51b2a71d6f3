// SPDX-License-Identifier: MIT
namespace Tallymark.Upload;

/// <summary>
/// Limits how much may wait (spec/spool.md, "Caps"): drops the oldest data over the limits, and counts the events. The
/// one uploader that holds the lock uses it after sending. A process may be killed in any step.
/// </summary>
sealed class QueueLimits(StateFolder state)
{
    const int MaxEvents = 10_000;
    const long MaxBytes = 10 * 1024 * 1024;
    const byte LineEnd = (byte)'\n';
    static readonly TimeSpan MaxAge = TimeSpan.FromDays(30);

    /// <summary>A spool file or a frozen batch: each is dropped as a whole.</summary>
    readonly record struct Unit(string Path, DateTime Time, int Events, long Bytes);

    /// <summary>The number of events that were ever dropped here.</summary>
    internal long Dropped => DroppedFile.Read(state).Events;

    internal void Apply(DateTime now)
    {
        FinishDropping();
        var units = Units();
        long events = 0, bytes = 0;
        foreach (var unit in units)
            (events, bytes) = (events + unit.Events, bytes + unit.Bytes);
        foreach (var unit in units)
        {
            if (unit.Time + MaxAge >= now && events <= MaxEvents && bytes <= MaxBytes)
                return;
            if (!TryDrop(unit.Path))
                continue;
            (events, bytes) = (events - unit.Events, bytes - unit.Bytes);
        }
    }

    // Oldest first.
    List<Unit> Units()
    {
        var units = new List<Unit>();
        foreach (var folder in (string[])[state.Spool, state.Building])
        {
            foreach (var file in Batches.Files(folder, SpoolFile.Ending))
                units.Add(Measure(file, [file]));
        }

        foreach (var id in Batches.Folders(state.Batches))
        {
            var batch = Path.Combine(state.Batches, id);
            units.Add(Measure(batch, Batches.Files(batch, SpoolFile.Ending)));
        }

        units.Sort((one, other) => (one.Time, one.Path).CompareTo((other.Time, other.Path)));
        return units;
    }

    static Unit Measure(string path, List<string> files)
    {
        var unit = new Unit(path, DateTime.MinValue, 0, 0);
        foreach (var file in files)
        {
            var time = File.GetLastWriteTimeUtc(file);
            unit = new Unit(
                path, time > unit.Time ? time : unit.Time, unit.Events + CountLines(file),
                unit.Bytes + new FileInfo(file).Length);
        }

        return unit;
    }

    bool TryDrop(string path)
    {
        var target = Path.Combine(state.In("dropping"), Path.GetFileName(path));
        StateFolder.Make(state.In("dropping"));
        if (Directory.Exists(path))
            Directory.Move(path, target);
        else if (Batches.TryHold(path) is { } held)
            Move(held, path, target);
        else
            return false;
        FinishDropping();
        return true;
    }

    // The lock is held, so no process writes the file. Windows cannot move an open file.
    static void Move(FileStream held, string path, string target)
    {
        using (held)
        {
            if (OperatingSystem.IsWindows())
                held.Dispose();
            File.Move(path, target, overwrite: true);
        }
    }

    // The count is written together with the name that was counted, so that a repeated step counts it once.
    void FinishDropping()
    {
        if (!Directory.Exists(state.In("dropping")))
            return;
        foreach (var path in Directory.GetFileSystemEntries(state.In("dropping")))
        {
            var name = Path.GetFileName(path);
            var before = DroppedFile.Read(state);
            if (before.Name != name)
                (before with { Events = before.Events + CountAll(path), Name = name }).Write(state);
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
        }
    }

    static int CountAll(string path)
    {
        if (!Directory.Exists(path))
            return CountLines(path);
        var events = 0;
        foreach (var file in Batches.Files(path, SpoolFile.Ending))
            events += CountLines(file);
        return events;
    }

    // A file that is locked by its writer cannot be read: only its size is known.
    static int CountLines(string path)
    {
        using var file = Batches.TryHold(path);
        if (file is null)
            return 0;
        var events = 0;
        var part = new byte[64 * 1024];
        for (var length = file.Read(part); length > 0; length = file.Read(part))
            events += part.AsSpan(0, length).Count(LineEnd);
        return events;
    }
}
