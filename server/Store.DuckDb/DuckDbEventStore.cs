// SPDX-License-Identifier: MIT

using Tallymark.DuckDb.RawQueries;

namespace Tallymark.DuckDb;

/// <summary>
/// The store that ships: DuckDB in the collector's process, with a folder of files per tool, <c>DATA/tools/TOOL</c>
/// (spec/control.md, docs/adr/0014-parts.md). Only one process, and in it one object, can open a data folder at a time.
/// Thread-safe; finish all reads before disposing. Memory: up to <see cref="DuckDbOptions.MemoryLimitMiB"/>, plus about
/// 40 bytes for each batch id of the last <see cref="DuckDbOptions.DuplicateDays"/> days and for each deleted
/// installation.
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
        var opened = _tools.OpenToWrite(tool);
        opened.Writer.Prepare(tables);
        opened.Rollups.Request(rollups ?? []);
    }

    /// <inheritdoc/>
    public bool IsNew(string tool, StoredBatch batch) => _tools.Open(tool).Writer.IsNew(batch);

    /// <inheritdoc/>
    public IReadOnlyList<bool> Commit(string tool, IReadOnlyList<StoredBatch> batches) =>
        _tools.OpenToWrite(tool).Writer.Commit(batches);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> CountEvents(string tool) =>
        _tools.Find(tool)?.Cells.CountEvents() ?? new SortedDictionary<string, long>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<string> Installations(string tool, IReadOnlyList<Table> tables) =>
        _tools.Find(tool)?.Cells.Installations(tables) ?? [];

    /// <inheritdoc/>
    public IEnumerable<Cell> Cells(string tool, CellQuery query) => _tools.Existing(tool).Cells.Cells(query);

    /// <inheritdoc/>
    public IReadOnlyList<CellTotal> Totals(string tool, CellQuery query) => _tools.Existing(tool).Cells.Totals(query);

    /// <inheritdoc/>
    public void Delete(string tool, IReadOnlyList<Table> tables, IReadOnlyList<string> installations) =>
        _tools.OpenToWrite(tool).Writer.Delete(tables, installations);

    /// <inheritdoc/>
    public int PendingDeletions(string tool) => _tools.Find(tool)?.Writer.PendingDeletions ?? 0;

    /// <inheritdoc/>
    public int Parts(string tool) => _tools.Find(tool)?.Files.View.Parts.Count ?? 0;

    /// <inheritdoc/>
    public StoreSize Size(string tool) => SizeOf(_tools.Data, tool);

    /// <inheritdoc/>
    public MaintenanceReport Maintain(
        string tool, DateTimeOffset now, int retentionDays, Func<bool>? isGoneElsewhere = null,
        CancellationToken cancel = default) =>
        _tools.Exists(tool)
            ? _tools.OpenToWrite(tool).Maintain(now, retentionDays, isGoneElsewhere, cancel)
            : new MaintenanceReport(0, 0, 0, 0);

    /// <inheritdoc/>
    public async Task<RawAnswer> QueryAsync(string tool, RawQuery query, CancellationToken cancel)
    {
        if (_queries is null)
            throw new StoreException("The store was opened without a program for raw queries, so it can run none.");
        using var parts = _tools.ExistingToWrite(tool).Sealer.HoldSealed();
        return PendingDeletions(tool) > 0
            ? RawAnswer.DeletionsPending
            : await _queries.RunAsync(parts.Paths, query, cancel);
    }

    /// <inheritdoc/>
    public IBackupSnapshot Snapshot(string tool) => _tools.ExistingToWrite(tool).Snapshot();

    /// <summary>The files of the tool's events, oldest first.</summary>
    public IReadOnlyList<StoredFile> Files(string tool) => _tools.Find(tool)?.Files.List() ?? [];

    /// <summary>
    /// Seals the part that takes commits, unless it is empty: on return other processes can read every committed event.
    /// Cost: milliseconds to a second, in which commits wait.
    /// </summary>
    /// <exception cref="StoreException">The part can't be sealed now.</exception>
    public void Seal(string tool) => _tools.ExistingToWrite(tool).Sealer.HoldSealed().Dispose();

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
