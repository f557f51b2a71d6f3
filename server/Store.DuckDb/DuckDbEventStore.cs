// SPDX-License-Identifier: MIT
// The store that ships: DuckDB in the process of the collector, a folder of files a tool.

using System.Collections.Concurrent;

namespace Tallymark.DuckDb;

/// <summary>
/// Events in <c>DATA/tools/TOOL/parts</c> (spec/control.md, docs/adr on the layout). Only one process, and in it one object, has a data folder at a time.
/// Safe for any thread. Finish reading before disposing. Memory: up to <see cref="DuckDbOptions.MemoryLimitMiB"/>, about 40 bytes for each batch id
/// of the last <see cref="DuckDbOptions.DuplicateDays"/> days, and 40 for each installation that was deleted.
/// </summary>
public sealed class DuckDbEventStore : IEventStore
{
    const int SmallestShareMiB = 64;
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly string _data;
    readonly DuckDbOptions _options;
    readonly FileStream _lock;
    readonly ConcurrentDictionary<string, Lazy<ToolDatabase>> _tools = new(StringComparer.Ordinal);
    readonly Lock _opening = new();

    /// <summary>
    /// Takes the data folder, and makes it if it isn't there. Files are opened when a tool is first asked for.
    /// </summary>
    /// <exception cref="StoreException">Another process has it, or it can't be written.</exception>
    public DuckDbEventStore(string data, DuckDbOptions? options = null)
    {
        _data = Path.GetFullPath(data);
        _options = options ?? new DuckDbOptions();
        NativeHeap.UseFewArenas();
        try
        {
            DurableFile.MakeFolder(_data);
            _lock = Lock(Path.Combine(_data, "store.lock"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StoreException)
        {
            throw new StoreException(
                $"{_data}: the store is open in another process, or the folder can't be written. " +
                $"Ask the running collector, or stop it, and see that this user owns the folder. {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Prepare(string tool, IReadOnlyList<Table> tables, IReadOnlyList<Rollup>? rollups = null) =>
        Writable(tool).Prepare(tables, rollups ?? []);

    /// <inheritdoc/>
    public bool Admits(string tool, StoredBatch batch) => Open(tool, make: true)!.Admits(batch);

    /// <inheritdoc/>
    public IReadOnlyList<bool> Commit(string tool, IReadOnlyList<StoredBatch> batches) =>
        Writable(tool).Commit(batches);

    /// <inheritdoc/>
    public void Delete(string tool, IReadOnlyList<Table> tables, IReadOnlyList<string> installations) =>
        Writable(tool).Delete(tables, installations);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> Count(string tool) =>
        Open(tool, make: false)?.Count() ?? new Dictionary<string, long>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<string> Installations(string tool, IReadOnlyList<Table> tables) =>
        Open(tool, make: false)?.Installations(tables) ?? [];

    /// <inheritdoc/>
    public IEnumerable<Cell> Cells(string tool, CellQuery query) => Readable(tool).Cells(query);

    /// <inheritdoc/>
    public int Deleting(string tool) => Open(tool, make: false)?.Deleting ?? 0;

    /// <inheritdoc/>
    public TendReport Tend(
        string tool, DateTimeOffset now, int retentionDays, Func<bool>? isGoneElsewhere = null, CancellationToken cancel = default) =>
        Folder(tool).Exists ? Writable(tool).Tend(now, retentionDays, isGoneElsewhere, cancel) : new TendReport(0, 0, 0, 0);

    /// <inheritdoc/>
    public IReadOnlyList<CellTotal> Totals(string tool, CellQuery query) => Readable(tool).Totals(query);

    /// <inheritdoc/>
    public IReadOnlyList<StoredFile> Files(string tool) => Open(tool, make: false)?.ListFiles() ?? [];

    /// <inheritdoc/>
    public IStoreSnapshot Snapshot(string tool) => WritableOrNothing(tool).Snapshot();

    /// <inheritdoc/>
    public void Backup(string tool, string folder) => WritableOrNothing(tool).Backup(folder);

    /// <summary>Reads all that the store has of a tool. Cost: reading the files once.</summary>
    /// <exception cref="StoreException">A file is damaged; the message and <see cref="StoreException.File"/> name it. Or the files can't be opened.</exception>
    public void Verify(string tool)
    {
        if (Open(tool, make: false) is { } opened)
            Verification.Run(opened.Engine, opened.Files);
    }

    /// <inheritdoc/>
    public string SetAside(string tool, string file)
    {
        lock (_opening)
        {
            if (_tools.TryGetValue(tool, out var opened) && opened.IsValueCreated)
            {
                if (!opened.Value.TryClose())
                    throw new StoreException($"{file}: the store is still being read. Try again.");
                _tools.TryRemove(tool, out _);
            }

            return Folder(tool).SetAside(file);
        }
    }

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

    /// <summary>An open tool, or null if there is none and none is to be made.</summary>
    internal ToolDatabase? Open(string tool, bool make)
    {
        ObjectDisposedException.ThrowIf(!_lock.CanWrite, this);
        var folder = Folder(tool);
        if (!make && !folder.Exists)
            return null;

        // Lazy, so that two threads that ask at once don't open the files twice; one that failed is asked again.
        var opened = _tools.GetOrAdd(
            tool, static (name, store) => new Lazy<ToolDatabase>(() => store.OpenFiles(name)), this);
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

    ToolDatabase Readable(string tool) =>
        Open(tool, make: false) ?? throw new StoreException($"{_data}: there is nothing stored of tool {tool}.");

    ToolDatabase WritableOrNothing(string tool)
    {
        _ = Readable(tool);
        return Writable(tool);
    }

    // After a failure that DuckDB can't get over the files are closed and opened: the log is replayed and the ids are
    // read again, so that a batch whose commit failed in the middle is known if it lasted after all.
    ToolDatabase Writable(string tool)
    {
        var database = Open(tool, make: true)!;
        if (!database.MustReopen())
            return database;
        lock (_opening)
        {
            if (Open(tool, make: true) is { } other && other != database)
                return other;
            if (!database.TryClose())
            {
                throw new StoreException(
                    $"{Folder(tool).Path}: the store must be opened again after a failure and is still being read. Try again.");
            }

            _tools.TryRemove(tool, out _);
            return Open(tool, make: true)!;
        }
    }

    ToolDatabase OpenFiles(string tool)
    {
        DurableFile.MakeFolder(Path.Combine(_data, "tools"));
        DurableFile.MakeFolder(Folder(tool).Path);
        var opened = ToolDatabase.Open(tool, Folder(tool), _options);
        ShareMemory(opened);
        return opened;
    }

    void ShareMemory(ToolDatabase opened)
    {
        List<ToolDatabase> all = [.. _tools.Values.Where(t => t.IsValueCreated).Select(t => t.Value), opened];
        foreach (var tool in all)
        {
            try
            {
                Engine.Limit(tool.Engine, Math.Max(Math.Min(SmallestShareMiB, _options.MemoryLimitMiB), _options.MemoryLimitMiB / all.Count));
            }
            catch (StoreException) when (tool != opened)
            {
                // It is being closed, or uses more now than its new share: it keeps the old one.
            }
        }
    }

    PartFolder Folder(string tool) => IsTool(tool)
        ? new PartFolder(Path.Combine(_data, "tools", tool))
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
