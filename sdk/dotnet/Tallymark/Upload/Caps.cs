// SPDX-License-Identifier: MIT
// How much may wait at most (spec/spool.md, "Caps"): what is over it is dropped, the oldest first, and counted.

namespace Tallymark.Upload;

/// <summary>Works for the one uploader under the lock, after it has sent what it could. Can be killed at any step.</summary>
sealed class Caps(StateFolder state)
{
    const int MostEvents = 10_000;
    const long MostBytes = 10 * 1024 * 1024;
    const byte LineEnd = (byte)'\n';
    static readonly TimeSpan Oldest = TimeSpan.FromDays(30);

    /// <summary>What is dropped as a whole: a spool file or a frozen batch.</summary>
    readonly record struct Unit(string Path, DateTime Time, int Events, long Bytes);

    /// <summary>How many events were ever dropped here.</summary>
    internal long Dropped => DroppedFile.Read(state).Events;

    internal void Keep(DateTime now)
    {
        FinishDropping();
        var units = Units();
        long events = 0, bytes = 0;
        foreach (var unit in units)
            (events, bytes) = (events + unit.Events, bytes + unit.Bytes);
        foreach (var unit in units)
        {
            if (unit.Time + Oldest >= now && events <= MostEvents && bytes <= MostBytes)
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
                path, time > unit.Time ? time : unit.Time, unit.Events + CountLines(file), unit.Bytes + new FileInfo(file).Length);
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

    // Only what nobody writes any more. On Windows an open file can't be moved.
    static void Move(FileStream held, string path, string target)
    {
        using (held)
        {
            if (OperatingSystem.IsWindows())
                held.Dispose();
            File.Move(path, target, overwrite: true);
        }
    }

    // The count is written with the name that it was raised for, so that one that is begun twice is counted once.
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

    // A file that is still written can't be read either: of it only the size is known.
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
