// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;

namespace Tallymark.Collector.Durability;

/// <summary>
/// A store that gets the tables of a tool's manifests before the first call that needs them, instead of at start: a
/// declared tool without events has no files, and one without traffic is not opened. Remembers which tools the store
/// can't serve. Thread-safe.
/// </summary>
sealed class PreparingStore(IEventStore store, ToolSet tools) : IEventStore
{
    // How many accepted versions are prepared.
    readonly ConcurrentDictionary<string, int> _prepared = new(StringComparer.Ordinal);
    // Tables for batches of the journal, by tool, until the first commit.
    readonly ConcurrentDictionary<string, ConcurrentBag<ToolManifest>> _replayed = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, string> _failures = new(StringComparer.Ordinal);
    volatile bool _hasSeenDamage;
    bool _isDisposed;

    /// <summary>Why the last call for a tool failed, by tool; a tool whose last call succeeded is not in it.</summary>
    public IReadOnlyDictionary<string, string> Failures => _failures;

    /// <summary>Whether a call found a damaged file since the last time that this was asked.</summary>
    public bool TakeDamageSeen()
    {
        var seen = _hasSeenDamage;
        _hasSeenDamage = false;
        return seen;
    }

    /// <summary>
    /// The next commit of the tool needs the tables of this manifest: a start commits what is in the journal before the
    /// tools are loaded.
    /// </summary>
    public void PrepareLater(string tool, ToolManifest manifest) =>
        _replayed.GetOrAdd(tool, _ => []).Add(manifest);

    public void Prepare(string tool, IReadOnlyList<Table> tables, IReadOnlyList<Rollup>? rollups = null) =>
        Note(tool, () =>
        {
            store.Prepare(tool, tables, rollups);
            return true;
        });

    public string? MemoryNote(IReadOnlyList<Table> tables) => store.MemoryNote(tables);

    public bool IsNew(string tool, StoredBatch batch) => Note(tool, () => store.IsNew(tool, batch));

    public bool IsOpen(string tool) => store.IsOpen(tool);

    public void Interrupt(string tool) => store.Interrupt(tool);

    public IReadOnlyList<bool> Commit(string tool, IReadOnlyList<StoredBatch> batches) => Note(tool, () =>
    {
        PrepareReplayed(tool);
        Prepare(tool);
        return store.Commit(tool, batches);
    });

    public IReadOnlyDictionary<string, long> CountEvents(string tool) => Note(tool, () => store.CountEvents(tool));

    public IReadOnlyList<SourceCount> CountDay(string tool, Table table, DateOnly day) =>
        Note(tool, () => store.CountDay(tool, table, day));

    public int CountShared(string tool, IReadOnlyList<Table> tables, DateOnly day, int maxNetworks) =>
        Note(tool, () => store.CountShared(tool, tables, day, maxNetworks));

    public DateOnly KeptFrom(string tool) => Note(tool, () => store.KeptFrom(tool));

    public IEnumerable<KnownInstallation> Installations(string tool, IReadOnlyList<Table> tables)
    {
        using var all = store.Installations(tool, tables).GetEnumerator();
        while (Note(tool, all.MoveNext))
            yield return all.Current;
    }

    public IEnumerable<Cell> Cells(string tool, CellQuery query)
    {
        if (IsUnused(tool))
            return [];
        Prepare(tool);
        return Watch(store.Cells(tool, query));
    }

    public IReadOnlyList<CellTotal> Totals(string tool, CellQuery query)
    {
        if (IsUnused(tool))
            return [];
        Prepare(tool);
        return Watch(() => store.Totals(tool, query));
    }

    public void Delete(string tool, IReadOnlyList<Table> tables, IReadOnlyList<string> installations)
    {
        Prepare(tool);
        store.Delete(tool, tables, installations);
    }

    public int PendingDeletions(string tool) => store.PendingDeletions(tool);

    public int Parts(string tool) => store.Parts(tool);

    public StoreSize Size(string tool) => store.Size(tool);

    public MaintenanceReport Maintain(
        string tool, DateTimeOffset now, Retention retention, Func<bool>? isGoneElsewhere = null,
        CancellationToken cancel = default)
    {
        if (IsUnused(tool))
            return new MaintenanceReport(0, 0, 0, 0);
        Prepare(tool);
        return Watch(() => store.Maintain(tool, now, retention, isGoneElsewhere, cancel));
    }

    public IReadOnlyList<string> CloseIdle(TimeSpan idle) => store.CloseIdle(idle);

    // A query names the declared tables itself.
    public Task<RawAnswer> QueryAsync(string tool, RawQuery query, CancellationToken cancel) =>
        store.QueryAsync(tool, query, cancel);

    public IBackupSnapshot Snapshot(string tool)
    {
        if (!IsUnused(tool))
            Prepare(tool);
        return Watch(() => store.Snapshot(tool));
    }

    public void VerifyCopy(string folder) => Watch(() =>
    {
        store.VerifyCopy(folder);
        return true;
    });

    public IReadOnlyList<StoredPiece> Pieces(string tool) => store.Pieces(tool);

    public PieceCheck Check(StoredPiece piece, long from, long maxBytes) => store.Check(piece, from, maxBytes);

    // Once: the container's call must not wait for files that did not close in time.
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _isDisposed, true))
            store.Dispose();
    }

    void PrepareReplayed(string tool)
    {
        if (!_replayed.TryGetValue(tool, out var manifests))
            return;
        foreach (var manifest in manifests.OrderBy(one => one.Version))
            store.Prepare(tool, Table.Of(manifest), Rollup.Of(manifest));
        _replayed.TryRemove(KeyValuePair.Create(tool, manifests));
    }

    // Two threads may prepare a tool at once: the second finds nothing to do.
    void Prepare(string name)
    {
        if (tools.Find(name) is not { } tool || _prepared.GetValueOrDefault(name) == tool.Accepted.Count)
            return;
        try
        {
            foreach (var manifest in tool.Accepted.Select(accepted => accepted.Manifest))
                store.Prepare(name, Table.Of(manifest), Rollup.Of(manifest));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(e.Message, e);
        }

        _prepared[name] = tool.Accepted.Count;
    }

    bool IsUnused(string tool) => store.Size(tool).Files == 0;

    T Note<T>(string tool, Func<T> call)
    {
        try
        {
            var result = Watch(call);
            if (!_failures.IsEmpty)
                _failures.TryRemove(tool, out _);
            return result;
        }
        catch (StoreException e)
        {
            _failures[tool] = e.Message;
            throw;
        }
    }

    // A damaged copy too: what was copied is damaged.
    T Watch<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (DamagedStoreException)
        {
            _hasSeenDamage = true;
            throw;
        }
    }

    IEnumerable<T> Watch<T>(IEnumerable<T> items)
    {
        using var all = items.GetEnumerator();
        while (Watch(all.MoveNext))
            yield return all.Current;
    }
}
