// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>A store in memory that a test can block and make fail.</summary>
sealed class FakeStore : IEventStore
{
    readonly Lock _lock = new();
    readonly HashSet<(string, Guid)> _ids = [];
    readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Each commit takes a slot; a test that blocks commits starts with none.</summary>
    public SemaphoreSlim MayCommit { get; init; } = new(int.MaxValue);

    /// <summary>Released when a commit has begun.</summary>
    public SemaphoreSlim Begun { get; } = new(0);

    /// <summary>Whether the commit with this number, from 1, fails.</summary>
    public Func<int, bool> Fails { get; set; } = _ => false;

    /// <summary>Whether commits of this tool fail.</summary>
    public Func<string, bool> FailsFor { get; set; } = _ => false;

    /// <summary>Whether commits of this tool hang until <see cref="Interrupted"/> or <see cref="Recover"/>.</summary>
    public Func<string, bool> HangsFor { get; set; } = _ => false;

    /// <summary>Whether an interruption ends a commit that hangs.</summary>
    public bool CanInterrupt { get; init; }

    /// <summary>Released for each interruption.</summary>
    public SemaphoreSlim Interrupted { get; } = new(0);

    /// <summary>Whether opening this tool's files hangs until <see cref="Recover"/>.</summary>
    public Func<string, bool> HangsToOpen { get; init; } = _ => false;

    /// <summary>Released for each successful commit.</summary>
    public SemaphoreSlim Committed { get; } = new(0);

    /// <summary>Ends all hanging calls.</summary>
    public ManualResetEventSlim Recover { get; } = new();

    /// <summary>Whether it can't tell which batches of this tool it has.</summary>
    public Func<string, bool> MayNotAsk { get; init; } = _ => false;

    /// <summary>The advice about memory for any tables.</summary>
    public string? Advice { get; set; }

    public string? MemoryNote(IReadOnlyList<Table> tables) => Advice;

    /// <summary>The journal in front of this store.</summary>
    public FakeJournal Journal { get; init; } = new();

    public int Commits { get; private set; }

    public int LargestGroup { get; private set; }

    public bool Disposed { get; private set; }

    /// <summary>The result of <see cref="Cells"/>, in order; null throws.</summary>
    public IReadOnlyList<Cell?> Answer { get; init; } = [];

    public DateOnly KeptFrom(string tool) => DateOnly.MinValue;

    public void Prepare(string tool, IReadOnlyList<Table> tables, IReadOnlyList<Rollup>? rollups = null)
    {
    }

    public bool IsNew(string tool, StoredBatch batch)
    {
        if (MayNotAsk(tool))
            throw new StoreException("The test's file is damaged.");
        if (HangsToOpen(tool))
            Recover.Wait();
        lock (_lock)
        {
            if (_ids.Contains((tool, batch.Id)))
                return false;
            foreach (var rows in batch.Rows)
                rows.RemoveWhere(rows.Table.Installation, id => Deleted.Contains(Encoding.ASCII.GetString(id)));
            return true;
        }
    }

    public IReadOnlyList<bool> Commit(string tool, IReadOnlyList<StoredBatch> batches)
    {
        Begun.Release();
        MayCommit.Wait();
        if (HangsFor(tool) && !Recover.IsSet && !EndsBeforeRecovery())
            throw new StoreException("INTERRUPT");
        lock (_lock)
        {
            LargestGroup = Math.Max(LargestGroup, batches.Count);
            if (Fails(++Commits) || FailsFor(tool))
                throw new StoreException("The test's disk is full.");
            var written = batches.Select(batch => Write(tool, batch)).ToList();
            Committed.Release();
            return written;
        }
    }

    /// <summary>The ids that were deleted.</summary>
    public List<string> Deleted { get; } = [];

    /// <summary>Records the ids, and removes their rows from later writes.</summary>
    public void Delete(string tool, IReadOnlyList<Table> tables, IReadOnlyList<string> installations)
    {
        lock (_lock)
        {
            if (Fails(++Commits))
                throw new StoreException("The test's disk is full.");
            Deleted.AddRange(installations);
        }
    }

    public IReadOnlyDictionary<string, long> CountEvents(string tool)
    {
        lock (_lock)
            return new Dictionary<string, long>(_counts, StringComparer.Ordinal);
    }

    public long Total()
    {
        lock (_lock)
            return _counts.Values.Sum();
    }

    /// <summary>Lets all commits through from now on.</summary>
    public void Release()
    {
        if (MayCommit.CurrentCount < int.MaxValue / 2)
            MayCommit.Release(int.MaxValue / 2);
    }

    public IReadOnlyList<SourceCount> CountDay(string tool, Table table, DateOnly day) => [];

    public int CountShared(string tool, IReadOnlyList<Table> tables, DateOnly day, int maxNetworks) => 0;

    public IEnumerable<KnownInstallation> Installations(string tool, IReadOnlyList<Table> tables) => [];

    public IEnumerable<Cell> Cells(string tool, CellQuery query) =>
        Answer.Select(cell => cell ?? throw new StoreException("The test's disk is gone."));

    public int PendingDeletions(string tool) => 0;

    public int Parts(string tool) => 0;

    /// <summary>How often a size was measured.</summary>
    public int Measured => Volatile.Read(ref _measured);

    public StoreSize Size(string tool)
    {
        Interlocked.Increment(ref _measured);
        return new StoreSize(1, Total());
    }

    public IReadOnlyList<string> CloseIdle(TimeSpan idle) => [];

    public MaintenanceReport Maintain(
        string tool, DateTimeOffset now, Retention retention, Func<bool>? isGoneElsewhere = null,
        CancellationToken cancel = default) =>
        new(0, 0, 0, 0);

    public IReadOnlyList<CellTotal> Totals(string tool, CellQuery query) =>
        [.. Cells(tool, query).Select(c => new CellTotal(c.Day, c.Values, c.Occurrences, c.Installations.Count))];

    public Task<RawAnswer> QueryAsync(string tool, RawQuery query, CancellationToken cancel) =>
        throw new StoreException("The test's store has no raw events.");

    public IBackupSnapshot Snapshot(string tool) => throw new StoreException("The test's store has no files.");

    public void VerifyCopy(string folder)
    {
    }

    public IReadOnlyList<StoredPiece> Pieces(string tool) => [];

    public PieceCheck Check(StoredPiece piece, long from, long maxBytes) => new(Next: null, Damage: null);

    /// <summary>How often it was disposed.</summary>
    public int Disposals { get; private set; }

    public void Dispose()
    {
        Disposed = true;
        Disposals++;
    }

    /// <summary>
    /// Every value of a column of the written rows as text, in order, sets joined by blanks; from the counted table, or
    /// the one for builds of the tool's own makers.
    /// </summary>
    public List<string?> Column(string table, string column, bool development = false)
    {
        lock (_lock)
        {
            return
            [
                .. from rows in _written
                   where string.Equals(rows.Table.Name, table, StringComparison.Ordinal)
                       && rows.Table.IsDevelopment == development
                   from text in Texts(rows, column)
                   select text,
            ];
        }
    }

    public bool IsOpen(string tool) => !HangsToOpen(tool);

    public void Interrupt(string tool) => Interrupted.Release();

    // False: it was interrupted.
    bool EndsBeforeRecovery()
    {
        WaitHandle[] ends = CanInterrupt
            ? [Recover.WaitHandle, Interrupted.AvailableWaitHandle]
            : [Recover.WaitHandle];
        return WaitHandle.WaitAny(ends) == 0;
    }

    readonly List<EventRows> _written = [];
    int _measured;

    bool Write(string tool, StoredBatch batch)
    {
        if (!_ids.Add((tool, batch.Id)))
            return false;
        foreach (var rows in batch.Rows)
        {
            if (rows.RemoveWhere(rows.Table.Installation, id => Deleted.Contains(Encoding.ASCII.GetString(id))) > 0
                && rows.Count == 0)
                continue;

            // A store may rely on this for any batch: every column has every row.
            Assert.True(rows.Count > 0);
            foreach (var column in rows.Columns)
                Assert.Equal(rows.Count, column.Count);
            _counts[rows.Table.Name] = _counts.GetValueOrDefault(rows.Table.Name) + rows.Count;
            _written.Add(Copy(rows)); // the collector reuses them
        }

        return true;
    }

    static EventRows Copy(EventRows rows)
    {
        var bytes = new ArrayBufferWriter<byte>();
        rows.Write(bytes);
        var from = bytes.WrittenSpan;
        return EventRows.Read(rows.Table, ref from);
    }

    static IEnumerable<string?> Texts(EventRows rows, string name)
    {
        var index = rows.Table.Columns.ToList().FindIndex(c => string.Equals(c.Name, name, StringComparison.Ordinal));
        var column = rows[index];
        for (var row = 0; row < rows.Count; row++)
        {
            yield return !column.Valid[row] ? null : column.Type switch
            {
                ColumnType.Text => Encoding.ASCII.GetString(column.Text(row)),
                ColumnType.TextSet => string.Join(' ', SetOf(column, row)),
                ColumnType.Uuid => column.Uuids[row].ToString(),
                _ => FormattableString.Invariant($"{column.Numbers[row]}"),
            };
        }
    }

    static List<string> SetOf(ColumnBuffer column, int row)
    {
        var texts = new List<string>();
        for (var i = column.Run(row).Start.Value; i < column.Run(row).End.Value; i++)
            texts.Add(Encoding.ASCII.GetString(column.Text(i)));
        return texts;
    }
}
