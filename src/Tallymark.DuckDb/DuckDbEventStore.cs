// SPDX-License-Identifier: MIT
// The store that ships: a DuckDB file a tool, in the process of the collector.

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using Tallymark.Store;

namespace Tallymark.DuckDb;

/// <summary>
/// Events in <c>DATA/tools/TOOL/events.duckdb</c>. Only one process, and in it one object, has a data folder at a time.
/// <see cref="Count"/> and <see cref="Cells"/> may be called, and cells be read, on any thread while another commits:
/// they see what was committed when they began. The other members are for one thread at a time. Finish reading before
/// disposing. Memory: up to <see cref="DuckDbOptions.MemoryLimitMiB"/> a tool, and about 40 bytes for each batch id
/// ever stored and 200 for each installation that was deleted.
/// </summary>
public sealed class DuckDbEventStore : IEventStore
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly string _data;
    readonly DuckDbOptions _options;
    readonly FileStream _lock;
    readonly ConcurrentDictionary<string, Lazy<ToolDatabase>> _tools = new(StringComparer.Ordinal);

    /// <summary>
    /// Takes the data folder, and makes it if it isn't there. Files are opened when a tool is first asked for.
    /// </summary>
    /// <exception cref="StoreException">Another process has it, or it can't be written.</exception>
    public DuckDbEventStore(string data, DuckDbOptions? options = null)
    {
        _data = Path.GetFullPath(data);
        _options = options ?? new DuckDbOptions();
        try
        {
            MakeFolder(_data);
            _lock = Lock(Path.Combine(_data, "store.lock"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"{_data}: the store is open in another process, or the folder can't be written. " +
                $"Ask the running collector, or stop it, and see that this user owns the folder. {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Prepare(string tool, IReadOnlyList<Table> tables, IReadOnlyList<Rollup>? rollups = null) => Writable(tool).Prepare(tables);

    /// <inheritdoc/>
    public IReadOnlyList<bool> Commit(string tool, IReadOnlyList<StoredBatch> batches) =>
        Writable(tool).Commit(batches);

    /// <inheritdoc/>
    public void Delete(string tool, IReadOnlyList<Table> tables, IReadOnlyList<string> installations) =>
        Writable(tool).Delete(tables, installations);

    /// <inheritdoc/>
    public void Checkpoint()
    {
        foreach (var tool in _tools.Keys)
            Writable(tool).Checkpoint();
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> Count(string tool) =>
        Open(tool, make: false)?.Count() ?? new Dictionary<string, long>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<Cell> Cells(string tool, CellQuery query) =>
        Open(tool, make: false)?.Cells(query)
        ?? throw new StoreException($"{_data}: there is nothing stored of tool {tool}.");

    /// <inheritdoc/>
    public int Deleting(string tool) => throw NotYet();

    /// <inheritdoc/>
    public TendReport Tend(string tool, DateTimeOffset now, int retentionDays, CancellationToken cancel = default) => throw NotYet();

    /// <inheritdoc/>
    public IReadOnlyList<CellTotal> Totals(string tool, CellQuery query) => throw NotYet();

    /// <inheritdoc/>
    public IReadOnlyList<StoredFile> Files(string tool) => throw NotYet();

    /// <inheritdoc/>
    public IStoreSnapshot Snapshot(string tool) => throw NotYet();

    /// <inheritdoc/>
    public void Backup(string tool, string folder) => throw NotYet();

    /// <inheritdoc/>
    public string SetAside(string tool, string file) => throw NotYet();

    // The next change of this file writes parts, and these with them.
    static StoreException NotYet() => new("This build's store can't do that yet: it still has one file a tool.");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tool in _tools.Values)
        {
            if (tool.IsValueCreated)
                tool.Value.Dispose();
        }

        _tools.Clear();
        _lock.Dispose();
    }

    /// <summary>The open file of a tool, or null if there is none and none is to be made.</summary>
    internal ToolDatabase? Open(string tool, bool make)
    {
        ObjectDisposedException.ThrowIf(!_lock.CanWrite, this);
        var path = PathOf(tool);
        if (!make && !File.Exists(path))
            return null;

        // Lazy, so that two threads that ask at once don't open the file twice; one that failed is asked again.
        var opened = _tools.GetOrAdd(
            tool, static (name, store) => new Lazy<ToolDatabase>(() => store.OpenFile(name)), this);
        try
        {
            return opened.Value;
        }
        catch (StoreException)
        {
            _tools.TryRemove(KeyValuePair.Create(tool, opened));
            throw;
        }
    }

    // After a failure that DuckDB can't get over the file is closed and opened: its log is replayed and the ids are
    // read again, so that a batch whose commit failed in the middle is known if it lasted after all.
    ToolDatabase Writable(string tool)
    {
        var database = Open(tool, make: true)!;
        if (!database.MustReopen())
            return database;
        if (!database.TryClose())
        {
            throw new StoreException(
                $"{PathOf(tool)}: the store must be opened again after a failure and is still being read. Try again.");
        }

        _tools.TryRemove(tool, out _);
        return Open(tool, make: true)!;
    }

    ToolDatabase OpenFile(string tool)
    {
        var path = PathOf(tool);
        try
        {
            MakeFolder(Path.Combine(_data, "tools"));
            MakeFolder(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"{path}: the folder can't be made. See that this user owns the data folder. {e.Message}", e);
        }

        return ToolDatabase.Open(tool, path, _options);
    }

    string PathOf(string tool) => IsTool(tool)
        ? Path.Combine(_data, "tools", tool, "events.duckdb")
        : throw new StoreException($"'{tool}' is not a tool's name: write [a-z][a-z0-9-]*, at most 40 characters.");

    // It becomes part of a path, so it is looked at here too.
    static bool IsTool(string tool)
    {
        if (tool.Length is 0 or > 40 || !char.IsAsciiLetterLower(tool[0]))
            return false;
        foreach (var c in tool)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                return false;
        }

        return true;
    }

    static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    // DuckDB locks its file against other processes only; opened twice in one process it would be damaged.
    static FileStream Lock(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }
}
