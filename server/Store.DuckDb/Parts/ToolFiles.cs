// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;

namespace Tallymark.DuckDb.Parts;

/// <summary>
/// The current files of a tool. A reader acquires a lease: a file that is replaced meanwhile stays attached for it. A
/// replaced file loses its name at once, unless a lease keeps names, so its bytes are gone with its last reader.
/// Thread-safe.
/// </summary>
sealed class ToolFiles(Database engine, FileView view)
{
    // DuckDB itself may keep a file in use for a moment after the lease; nothing signals its end.
    const int PollMilliseconds = 100;

    readonly object _gate = new(); // guards the current view and the state of every file
    FileView _view = view;

    /// <summary>The current files. Acquire a lease to read from them.</summary>
    public FileView View => Volatile.Read(ref _view);

    /// <summary>Attaches a file.</summary>
    /// <exception cref="StoreException">The file can't be attached; the message names it.</exception>
    public static void Attach(Database engine, AttachedFile file, bool readOnly) =>
        Attach(engine, file, readOnly ? "READ_ONLY" : "READ_WRITE");

    /// <summary>Creates a file and attaches it.</summary>
    /// <exception cref="StoreException">The file can't be created; the message names it.</exception>
    public static void Create(Database engine, AttachedFile file, int blockBytes) =>
        Attach(engine, file, string.Create(CultureInfo.InvariantCulture, $"BLOCK_SIZE {blockBytes}"));

    static void Attach(Database engine, AttachedFile file, string option)
    {
        using var connection = engine.Connect(file.Path);
        connection.Execute($"ATTACH {Sql.Text(file.Path)} AS \"{file.Alias}\" ({option})");
        file.IsAttached = true;
    }

    /// <summary>Leases all current files. Dispose the lease after the transactions that read from them.</summary>
    /// <param name="keepNames">Keeps the files under their names too, for a reader that opens them.</param>
    /// <exception cref="StoreException">A file can't be attached.</exception>
    public FileLease Acquire(bool keepNames = false)
    {
        lock (_gate)
            return Acquire(_view.All, keepNames);
    }

    /// <summary>Leases some of the current files, without delaying changes of the others.</summary>
    /// <exception cref="StoreException">A file can't be attached.</exception>
    public FileLease Acquire(IEnumerable<AttachedFile> some)
    {
        lock (_gate)
            return Acquire(some, keepNames: false);
    }

    /// <summary>
    /// Replaces the current files. Files that are no longer current are deleted as soon as no lease needs them.
    /// </summary>
    public void Change(Func<FileView, FileView> change)
    {
        lock (_gate)
        {
            var before = _view;
            Volatile.Write(ref _view, change(before));
            foreach (var file in before.All.Except(_view.All))
            {
                file.IsGone = true;
                Advance(file);
            }
        }
    }

    /// <summary>
    /// Marks the active part as sealed; <paramref name="next"/> takes commits from now on. The sealed part turns
    /// read-only when its checkpoint is complete and it has no reader.
    /// </summary>
    public void Seal(Part next) => Change(now =>
    {
        now.Active.IsSealed = true;
        now.Active.MustTurnReadOnly = true;
        Advance(now.Active);
        return now with { Parts = [.. now.Parts, next] };
    });

    /// <summary>
    /// Detaches the sealed parts that no lease has read for a time; the next lease attaches them again. An attached
    /// part keeps its catalog and the blocks that were read in memory.
    /// </summary>
    public void DetachUnread(TimeSpan idle)
    {
        lock (_gate)
        {
            foreach (var part in _view.Sealed)
            {
                if (part is { IsAttached: true, MustTurnReadOnly: false, Readers: 0 }
                    && Stopwatch.GetElapsedTime(part.LastRead) >= idle)
                {
                    TryDetach(part);
                }
            }
        }
    }

    /// <summary>Waits until no sealed part is attached for writing, so that another process can open them.</summary>
    /// <returns>False: a part is still being read after that time.</returns>
    public bool WaitReadOnly(TimeSpan time)
    {
        var until = Environment.TickCount64 + (long)time.TotalMilliseconds;
        lock (_gate)
        {
            while (true)
            {
                foreach (var part in _view.Parts)
                    Advance(part);
                if (!_view.Parts.Any(part => part.MustTurnReadOnly))
                    return true;
                var left = until - Environment.TickCount64;
                if (left <= 0)
                    return false;
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(Math.Min(left, PollMilliseconds)));
            }
        }
    }

    /// <summary>The parts with their sizes, oldest first.</summary>
    public IReadOnlyList<StoredFile> List()
    {
        using var lease = Acquire(keepNames: true);
        return
        [
            .. lease.View.Parts.Select(part => new StoredFile(
                part.Path, DurableFile.Length(part.Path) + DurableFile.Length(part.LogPath), part.IsSealed)),
        ];
    }

    /// <summary>Ends a lease.</summary>
    internal void Release(List<AttachedFile> leased, bool keepNames)
    {
        lock (_gate)
        {
            foreach (var file in leased)
            {
                file.Readers--;
                file.NameHolders -= keepNames ? 1 : 0;
                file.LastRead = Stopwatch.GetTimestamp();
                Advance(file);
            }

            Monitor.PulseAll(_gate);
        }
    }

    FileLease Acquire(IEnumerable<AttachedFile> some, bool keepNames)
    {
        List<AttachedFile> leased = [.. some];
        foreach (var file in leased.Where(file => !file.IsAttached))
            Attach(engine, file, readOnly: true);
        foreach (var file in leased)
        {
            file.Readers++;
            file.NameHolders += keepNames ? 1 : 0;
        }

        return new FileLease(this, _view, leased, keepNames);
    }

    // Does what has become possible: deletes, detaches, or turns the file read-only. Under the gate. A failure here
    // must not affect a reader that has finished; a later call, or opening the tool, retries.
    void Advance(AttachedFile file)
    {
        try
        {
            if (file is { IsGone: true, IsDeleted: false, NameHolders: 0 }
                && (file.Readers == 0 || !OperatingSystem.IsWindows()))
            {
                if (file.Readers == 0)
                    Detach(file);
                File.Delete(file.Path);
                File.Delete(file.LogPath);
                file.IsDeleted = true;
            }

            if (file is { IsGone: true, IsAttached: true, Readers: 0 })
                Detach(file);
            if (file is { MustTurnReadOnly: true, IsGone: false, Readers: 0 }
                && (!file.IsAttached || TryCheckpoint(file)))
            {
                Detach(file);
                file.MustTurnReadOnly = false; // the next lease attaches it again
            }
        }
        catch (Exception e) when (e is StoreException or IOException or UnauthorizedAccessException)
        {
            // The engine is closing, or the file can't be deleted (opening the tool deletes leftovers).
        }
    }

    // No cost if the file has its checkpoint; it has none if a reader prevented it.
    bool TryCheckpoint(AttachedFile file)
    {
        using var connection = engine.Connect(file.Path);
        return connection.TryCheckpoint(file.Alias);
    }

    void TryDetach(AttachedFile file)
    {
        try
        {
            Detach(file);
        }
        catch (StoreException)
        {
            // The engine is closing, or DuckDB still has the file in use: a later call tries again.
        }
    }

    void Detach(AttachedFile file)
    {
        if (!file.IsAttached)
            return;
        using var connection = engine.Connect(file.Path);
        connection.Execute($"DETACH \"{file.Alias}\"");
        file.IsAttached = false;
    }
}
