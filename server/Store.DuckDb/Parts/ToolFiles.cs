// SPDX-License-Identifier: MIT
// Which files a tool has at this moment, and how one takes the place of others while they are read.

namespace Tallymark.DuckDb.Parts;

/// <summary>The files that count at one moment. Immutable.</summary>
/// <param name="Parts">Oldest first; the last one takes commits.</param>
/// <param name="Rollups">What was counted from them.</param>
sealed record FileView(IReadOnlyList<Part> Parts, AttachedFile Rollups)
{
    /// <summary>The part that takes commits.</summary>
    public Part Active => Parts[^1];

    /// <summary>The parts that never change again.</summary>
    public IEnumerable<Part> Sealed => Parts.Take(Parts.Count - 1);

    /// <summary>All of them.</summary>
    public IEnumerable<AttachedFile> All => [.. Parts, Rollups];
}

/// <summary>
/// The files of a tool. A reader takes a lease: whatever is replaced meanwhile stays attached for it. A replaced file loses its name at once, unless
/// somebody holds the files themselves, so that its bytes are gone with its last reader. Safe for any thread.
/// </summary>
sealed class ToolFiles(Database engine, FileView view)
{
    const int LookMilliseconds = 100; // who holds a file without a lease, DuckDB for a moment, does not tell

    readonly object _gate = new();
    FileView _view = view;

    /// <summary>What counts now. To read from it take a lease.</summary>
    public FileView View => Volatile.Read(ref _view);

    /// <summary>Attaches a file.</summary>
    /// <exception cref="StoreException">It can't be; the message names it.</exception>
    public static void Attach(Database engine, AttachedFile file, bool readOnly)
    {
        using var connection = engine.Connect(file.Path);
        connection.Execute($"ATTACH {Sql.Text(file.Path)} AS \"{file.Alias}\"{(readOnly ? " (READ_ONLY)" : "")}");
        file.IsAttached = true;
    }

    /// <summary>Keeps what counts now until the lease is disposed. Dispose it after the transactions that read from the files.</summary>
    /// <param name="hold">Also the files' names: for somebody who opens them.</param>
    /// <exception cref="StoreException">A file can't be attached.</exception>
    public Lease Take(bool hold = false)
    {
        lock (_gate)
            return Take(_view.All, hold);
    }

    /// <summary>The same of some files that count: whoever waits for another one is not held up.</summary>
    /// <exception cref="StoreException">A file can't be attached.</exception>
    public Lease Take(IEnumerable<AttachedFile> some)
    {
        lock (_gate)
            return Take(some, hold: false);
    }

    /// <summary>From now on these files count; those that no longer do go, each when nobody needs it.</summary>
    public void Change(Func<FileView, FileView> change)
    {
        lock (_gate)
        {
            var before = _view;
            Volatile.Write(ref _view, change(before));
            foreach (var file in before.All.Except(_view.All))
            {
                file.IsGone = true;
                Settle(file);
            }
        }
    }

    /// <summary>
    /// The active part is sealed and <paramref name="next"/> takes commits from now on. It is turned read-only once it has its checkpoint and nobody reads it.
    /// </summary>
    public void Seal(Part next) => Change(now =>
    {
        now.Active.IsSealed = true;
        now.Active.MustTurnReadOnly = true;
        Settle(now.Active);
        return now with { Parts = [.. now.Parts, next] };
    });

    /// <summary>Waits until no sealed file is open for writing any more, so that another process can open them.</summary>
    /// <returns>False: one is still being read after that time.</returns>
    public bool WaitReadOnly(TimeSpan time)
    {
        var until = Environment.TickCount64 + (long)time.TotalMilliseconds;
        lock (_gate)
        {
            while (true)
            {
                foreach (var part in _view.Parts)
                    Settle(part);
                if (!_view.Parts.Any(part => part.MustTurnReadOnly))
                    return true;
                var left = until - Environment.TickCount64;
                if (left <= 0)
                    return false;
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(Math.Min(left, LookMilliseconds)));
            }
        }
    }

    Lease Take(IEnumerable<AttachedFile> some, bool hold)
    {
        List<AttachedFile> taken = [.. some];
        foreach (var file in taken.Where(file => !file.IsAttached))
            Attach(engine, file, readOnly: true);
        foreach (var file in taken)
        {
            file.Readers++;
            file.Holders += hold ? 1 : 0;
        }

        return new Lease(this, _view, taken, hold);
    }

    void Return(List<AttachedFile> taken, bool hold)
    {
        lock (_gate)
        {
            foreach (var file in taken)
            {
                file.Readers--;
                file.Holders -= hold ? 1 : 0;
                Settle(file);
            }

            Monitor.PulseAll(_gate);
        }
    }

    // Under the gate. Nothing here may fail a reader that is done: what does not work now is done later, or when the tool is opened again.
    void Settle(AttachedFile file)
    {
        try
        {
            if (file is { IsGone: true, IsDeleted: false, Holders: 0 } && (file.Readers == 0 || !OperatingSystem.IsWindows()))
            {
                if (file.Readers == 0)
                    Detach(file);
                File.Delete(file.Path);
                File.Delete($"{file.Path}.wal");
                file.IsDeleted = true;
            }

            if (file is { IsGone: true, IsAttached: true, Readers: 0 })
                Detach(file);
            if (file is { MustTurnReadOnly: true, IsGone: false, Readers: 0 } && (!file.IsAttached || HasCheckpoint(file)))
            {
                Detach(file);
                Attach(engine, file, readOnly: true);
                file.MustTurnReadOnly = false;
            }
        }
        catch (Exception e) when (e is StoreException or IOException or UnauthorizedAccessException)
        {
            // The engine is being closed, the file can't be deleted (opening the tool deletes leftovers), or it is still known as attached, which the next lease mends.
        }
    }

    // Costs nothing where it has one; else a reader was in its way.
    bool HasCheckpoint(AttachedFile file)
    {
        using var connection = engine.Connect(file.Path);
        return connection.TryCheckpoint(file.Alias);
    }

    void Detach(AttachedFile file)
    {
        if (!file.IsAttached)
            return;
        using var connection = engine.Connect(file.Path);
        connection.Execute($"DETACH \"{file.Alias}\"");
        file.IsAttached = false;
    }

    /// <summary>What counted when it was taken. Dispose once it is read.</summary>
    public sealed class Lease(ToolFiles files, FileView view, List<AttachedFile> taken, bool hold) : IDisposable
    {
        bool _returned;

        /// <summary>What counted then.</summary>
        public FileView View => view;

        public void Dispose()
        {
            if (_returned)
                return;
            _returned = true;
            files.Return(taken, hold);
        }
    }
}
