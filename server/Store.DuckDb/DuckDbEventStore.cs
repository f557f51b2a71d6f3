// SPDX-License-Identifier: MIT

using Tallymark.DuckDb.RawQueries;

namespace Tallymark.DuckDb;

/// <summary>
/// The store that ships: DuckDB in the collector's process, with a folder of files per tool, <c>DATA/tools/TOOL</c>
/// (spec/control.md, docs/adr/0014-parts.md). Only one process, and in it one object, can open a data folder at a time.
/// Thread-safe; finish all reads before disposing. A tool's files are open while they are used (<see
/// cref="CloseIdle"/>, <see cref="DuckDbOptions.MaxOpenTools"/>). Memory: up to <see
/// cref="DuckDbOptions.MemoryLimitMiB"/>, plus about 4 MB for each open tool, and 40 bytes for each of its batch ids of
/// the last <see cref="DuckDbOptions.DuplicateDays"/> days and for each deleted installation.
/// </summary>
public sealed class DuckDbEventStore : IEventStore
{
    readonly OpenTools _tools;
    readonly QueryProcess? _queries;

    /// <summary>
    /// Locks the data folder; creates it if it does not exist. Opens the files of a tool at their first use.
    /// </summary>
    /// <exception cref="StoreException">Another process has the folder open, or it can't be written.</exception>
    public DuckDbEventStore(string data, DuckDbOptions? options = null)
    {
        NativeHeap.UseFewArenas();
        _queries = options?.QueryProgram is { } program ? new QueryProcess(program) : null;
        _tools = new OpenTools(Path.GetFullPath(data), options ?? new DuckDbOptions());
    }

    /// <inheritdoc/>
    public void Prepare(string tool, IReadOnlyList<Table> tables, IReadOnlyList<Rollup>? rollups = null)
    {
        using var use = _tools.UseToWrite(tool);
        use.Database.Writer.Prepare(tables);
        use.Request(rollups ?? []);
    }

    /// <inheritdoc/>
    public string? MemoryNote(IReadOnlyList<Table> tables)
    {
        var columns = tables.Sum(table => table.Columns.Count * (table.Development is null ? 1 : 2));
        var needed = (int)((long)columns * BlockSize.Small >> 20);
        return needed <= _tools.HalfMiB
            ? null
            : $"Its {columns} columns need up to {needed} MiB while events of all kinds are stored, and a tool may " +
              $"have {_tools.HalfMiB} MiB when another is busy. Beyond that, commits are slow and can fail: their " +
              "batches wait in the journal, and new ones are refused when too many wait. " +
              $"Start the collector with --memory {2 * needed} or more, or declare fewer events and fields.";
    }

    /// <inheritdoc/>
    public bool IsNew(string tool, StoredBatch batch)
    {
        using var use = _tools.Use(tool);
        return use.Database.Writer.IsNew(batch);
    }

    /// <inheritdoc/>
    public bool IsOpen(string tool) => _tools.IsOpen(tool);

    /// <inheritdoc/>
    public void Interrupt(string tool) => _tools.Interrupt(tool);

    /// <inheritdoc/>
    public IReadOnlyList<bool> Commit(string tool, IReadOnlyList<StoredBatch> batches)
    {
        using var use = _tools.UseToWrite(tool);
        return use.Database.Writer.Commit(batches);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> CountEvents(string tool)
    {
        using var use = _tools.Find(tool);
        return use?.Database.Cells.CountEvents() ?? new SortedDictionary<string, long>(StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IEnumerable<KnownInstallation> Installations(string tool, IReadOnlyList<Table> tables)
    {
        using var use = _tools.Find(tool);
        foreach (var installation in use?.Database.Cells.Installations(tables) ?? [])
            yield return installation;
    }

    /// <inheritdoc/>
    public DateOnly KeptFrom(string tool)
    {
        using var use = _tools.Find(tool);
        return use?.Database.Cells.KeptFrom() ?? DateOnly.MinValue;
    }

    /// <inheritdoc/>
    public IReadOnlyList<SourceCount> CountDay(string tool, Table table, DateOnly day)
    {
        using var use = _tools.Find(tool);
        return use?.Database.Cells.CountDay(table, day) ?? [];
    }

    /// <inheritdoc/>
    public int CountShared(string tool, IReadOnlyList<Table> tables, DateOnly day, int maxNetworks)
    {
        using var use = _tools.Find(tool);
        return use?.Database.Cells.CountShared(tables, day, maxNetworks) ?? 0;
    }

    /// <inheritdoc/>
    public IEnumerable<Cell> Cells(string tool, CellQuery query)
    {
        if (!_tools.Exists(tool))
            return [];
        using (var use = _tools.Use(tool))
            _ = use.Database.Cells.Cells(query); // checks the query at once
        return Read();

        IEnumerable<Cell> Read()
        {
            using var use = _tools.Use(tool);
            foreach (var cell in use.Database.Cells.Cells(query))
                yield return cell;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<CellTotal> Totals(string tool, CellQuery query)
    {
        using var use = _tools.Find(tool);
        return use?.Database.Cells.Totals(query) ?? [];
    }

    /// <inheritdoc/>
    public void Delete(string tool, IReadOnlyList<Table> tables, IReadOnlyList<string> installations)
    {
        using var use = _tools.UseToWrite(tool);
        use.Database.Writer.Delete(tables, installations);
    }

    /// <inheritdoc/>
    public int PendingDeletions(string tool)
    {
        if (!DeletedInstallations.MayHavePending(Path.Combine(_tools.Data, "tools", tool)))
            return 0;
        using var use = _tools.Find(tool);
        return use?.Database.Writer.PendingDeletions ?? 0;
    }

    /// <inheritdoc/>
    public int Parts(string tool) => _tools.Exists(tool) ? _tools.PartsOf(tool) : 0;

    /// <inheritdoc/>
    public StoreSize Size(string tool) => SizeOf(_tools.Data, tool);

    /// <inheritdoc/>
    public MaintenanceReport Maintain(
        string tool, DateTimeOffset now, Retention retention, Func<bool>? isGoneElsewhere = null,
        CancellationToken cancel = default)
    {
        if (!_tools.Exists(tool))
            return new MaintenanceReport(0, 0, 0, 0);
        using var use = _tools.UseToWrite(tool);
        return use.Database.Maintain(now, retention, isGoneElsewhere, cancel);
    }

    /// <inheritdoc/>
    public async Task<RawAnswer> QueryAsync(string tool, RawQuery query, CancellationToken cancel)
    {
        if (_queries is null)
            throw new StoreException("The store was opened without a program for raw queries, so it can run none.");
        if (!_tools.Exists(tool))
            return await _queries.RunAsync([], query, cancel);
        using var use = _tools.UseToWrite(tool);
        using var parts = use.Database.Sealer.HoldSealed();
        return use.Database.Writer.PendingDeletions > 0
            ? RawAnswer.DeletionsPending
            : await _queries.RunAsync(parts.Paths, query, cancel);
    }

    /// <inheritdoc/>
    public IBackupSnapshot Snapshot(string tool)
    {
        if (!_tools.Exists(tool))
            return new EmptySnapshot();
        var use = _tools.UseToWrite(tool);
        try
        {
            return use.Database.Snapshot(use);
        }
        catch
        {
            use.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void VerifyCopy(string folder) => CopyVerification.Run(folder);

    /// <inheritdoc/>
    public IReadOnlyList<StoredPiece> Pieces(string tool) => _tools.SealedPieces(tool);

    /// <inheritdoc/>
    public PieceCheck Check(StoredPiece piece, long from, long maxBytes) =>
        BlockCheck.Read(piece.File, from, maxBytes, isServed: true);

    /// <inheritdoc/>
    public IReadOnlyList<string> CloseIdle(TimeSpan idle) => _tools.CloseIdle(idle);

    /// <summary>The tools whose files are open now.</summary>
    public IReadOnlyList<string> OpenNow => _tools.Open;

    /// <summary>The files of the tool's events, oldest first.</summary>
    public IReadOnlyList<StoredFile> Files(string tool)
    {
        using var use = _tools.Find(tool);
        return use?.Database.Files.List() ?? [];
    }

    /// <summary>
    /// Seals the part that takes commits, unless it is empty: on return other processes can read every committed event.
    /// Cost: milliseconds to a second, in which commits wait.
    /// </summary>
    /// <exception cref="StoreException">The part can't be sealed now.</exception>
    public void Seal(string tool)
    {
        using var use = _tools.ExistingToWrite(tool);
        use.Database.Sealer.HoldSealed().Dispose();
    }

    /// <summary>The size of a tool's files in a data folder, open or not. Cost: a directory listing.</summary>
    public static StoreSize SizeOf(string data, string tool)
    {
        var folder = new DirectoryInfo(Path.Combine(data, "tools", tool));
        if (!folder.Exists)
            return new StoreSize(0, 0);
        var (count, bytes) = (0, 0L);
        foreach (var file in folder.EnumerateFiles("*.duckdb*", SearchOption.AllDirectories))
        {
            // The engine may have removed a file since the listing, such as a log after its checkpoint.
            if (DurableFile.Length(file.FullName) is var length and > 0)
                bytes += length;
            count += file.Extension == ".duckdb" ? 1 : 0;
        }

        return new StoreSize(count, bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => _tools.Dispose();

    /// <summary>The tools, for <see cref="DuckDbRepair"/>.</summary>
    internal OpenTools Tools => _tools;
}
