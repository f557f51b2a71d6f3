// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;

namespace Tallymark.DuckDb;

/// <summary>
/// The tools of a data folder. Opens a tool's files at their first use, and closes those that were not used for longest
/// when more than <see cref="DuckDbOptions.MaxOpenTools"/> are open. Holds the folder's lock until disposed.
/// Thread-safe.
/// </summary>
sealed class OpenTools : IDisposable
{
    const int SmallestShareMiB = 64;
    const int MaxToolsWithThreads = 4;
    const int OpensPerTrim = 8;
    const long MinLogBytes = 2 * 1024 * 1024;

    readonly DuckDbOptions _options;
    readonly FileStream _lock;
    readonly ConcurrentDictionary<string, ToolSlot> _tools = new(StringComparer.Ordinal);

    int _opens;

    // Closed since the last CloseIdle because others were opened.
    readonly ConcurrentQueue<string> _closed = new();

    // Taken by one thread at a time that shares the memory among the open tools.
    readonly Lock _sharing = new();

    /// <summary>Locks the data folder; creates it if it does not exist.</summary>
    /// <exception cref="StoreException">
    /// Another process has the folder open, it can't be written, or an early version wrote it.
    /// </exception>
    public OpenTools(string data, DuckDbOptions options)
    {
        (Data, _options) = (data, options);
        RefuseEarlyFormat(data);
        try
        {
            DurableFile.CreateFolder(data);
            // DuckDB locks its files against other processes only; a file that one process opens twice would be
            // damaged.
            _lock = OwnerFile.Open(Path.Combine(data, "store.lock"), FileMode.OpenOrCreate, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StoreException)
        {
            throw new StoreException(
                $"{data}: the store is open in another process, or the folder can't be written. " +
                "Stop that process, or let the running collector do this (same --data). Make sure that this user " +
                $"owns the folder. {e.Message}", e);
        }
    }

    /// <summary>The memory that a tool may use while another one is open too. MiB.</summary>
    public int HalfMiB => Math.Max(Math.Min(SmallestShareMiB, _options.MemoryLimitMiB), _options.MemoryLimitMiB / 2);

    /// <summary>The data folder.</summary>
    public string Data { get; }

    /// <summary>Whether the tool has stored data.</summary>
    public bool Exists(string tool) => Folder(tool).Exists;

    /// <summary>The number of a tool's parts, open or not. Cost: a directory listing.</summary>
    public int PartsOf(string tool) => Folder(tool).Count();

    /// <summary>The tool's parts that do not change any more, open or not. Cost: a directory listing.</summary>
    public IReadOnlyList<StoredPiece> SealedPieces(string tool) => Folder(tool).Sealed();

    /// <summary>The tools whose files are open now.</summary>
    public IReadOnlyList<string> Open => [.. _tools.Where(tool => tool.Value.IsOpen).Select(tool => tool.Key)];

    /// <summary>Whether a tool's files are open.</summary>
    public bool IsOpen(string tool) => _tools.TryGetValue(tool, out var slot) && slot.IsOpen;

    /// <summary>Interrupts a tool's running commit. Never waits.</summary>
    public void Interrupt(string tool)
    {
        if (_tools.TryGetValue(tool, out var slot))
            slot.Interrupt();
    }

    /// <summary>A tool with stored data; null: it has none.</summary>
    /// <exception cref="StoreException">Its files can't be opened.</exception>
    public ToolUse? Find(string tool)
    {
        ObjectDisposedException.ThrowIf(!_lock.CanWrite, this);
        return Exists(tool) ? Use(tool) : null;
    }

    /// <summary>A tool with stored data.</summary>
    /// <exception cref="StoreException">It has none, or its files can't be opened.</exception>
    public ToolUse Existing(string tool)
    {
        RequireExisting(tool);
        return Use(tool);
    }

    /// <summary>Throws if the tool has no stored data.</summary>
    /// <exception cref="StoreException">It has none.</exception>
    public void RequireExisting(string tool)
    {
        if (!Exists(tool))
            throw new StoreException($"{Data}: the store has no data of tool {tool}. Check the tool's name.");
    }

    /// <summary>A tool; creates its files if it has none.</summary>
    /// <exception cref="StoreException">Its files can't be opened.</exception>
    public ToolUse Use(string tool) => Use(tool, toWrite: false);

    /// <summary>
    /// As <see cref="Use(string)"/>, in a state that takes writes. After a failure from which DuckDB can't recover,
    /// closes and reopens the files: that replays the log and reads the batch ids again, so a batch whose failed commit
    /// was durable after all is known.
    /// </summary>
    public ToolUse UseToWrite(string tool) => Use(tool, toWrite: true);

    /// <summary>As <see cref="Existing"/>, in a state that takes writes.</summary>
    public ToolUse ExistingToWrite(string tool)
    {
        RequireExisting(tool);
        return UseToWrite(tool);
    }

    /// <summary>
    /// Runs a function on a tool's folder while its files are closed. The next call opens them again.
    /// </summary>
    /// <exception cref="StoreException">The files are being read.</exception>
    public T WhileClosed<T>(string tool, Func<PartFolder, T> change)
    {
        var folder = Folder(tool);
        return SlotOf(tool).WhileClosed(() => change(folder));
    }

    /// <summary>Closes the tools that nothing has used for a time. Their logs are moved into their files.</summary>
    /// <returns>Their names, and those of tools that were closed since the last call because others were
    /// opened.</returns>
    public IReadOnlyList<string> CloseIdle(TimeSpan idle)
    {
        var closed = new HashSet<string>(StringComparer.Ordinal);
        while (_closed.TryDequeue(out var name))
            closed.Add(name);
        foreach (var (name, slot) in _tools)
        {
            if (slot.IdleTime >= idle && slot.TryCloseIdle(idle, checkpoint: true))
                closed.Add(name);
        }

        if (closed.Count > 0)
        {
            NativeHeap.Trim();
            Share();
        }

        closed.RemoveWhere(name => _tools[name].IsOpen);
        return [.. closed];
    }

    public void Dispose()
    {
        // Checkpoints wait for the disk: several tools at once.
        Parallel.ForEach(_tools.Values, static tool => tool.Dispose());
        _tools.Clear();
        _lock.Dispose();
    }

    ToolUse Use(string tool, bool toWrite)
    {
        ObjectDisposedException.ThrowIf(!_lock.CanWrite, this);
        _ = Folder(tool);
        var use = SlotOf(tool).Use(toWrite, out var isNew);
        if (isNew)
        {
            CloseLeastUsed();
            Share();
            if (Interlocked.Increment(ref _opens) % OpensPerTrim == 0)
                NativeHeap.Trim(); // opening needs more memory than an open tool
        }

        return use;
    }

    ToolSlot SlotOf(string tool) =>
        _tools.GetOrAdd(tool, static (name, tools) => new ToolSlot(() => tools.OpenFiles(name)), this);

    ToolDatabase OpenFiles(string tool)
    {
        DurableFile.CreateFolder(Path.Combine(Data, "tools"));
        DurableFile.CreateFolder(Folder(tool).Path);
        return ToolDatabase.Open(tool, Folder(tool), _options, MaxLogBytes);
    }

    // Without a checkpoint: such a tool may be used again at once, and each checkpoint ends a part.
    void CloseLeastUsed()
    {
        List<KeyValuePair<string, ToolSlot>> open = [.. _tools.Where(tool => tool.Value.IsOpen)];
        var surplus = open.Count - _options.MaxOpenTools;
        if (surplus <= 0)
            return;
        foreach (var (name, slot) in open.OrderByDescending(tool => tool.Value.IdleTime))
        {
            if (!slot.TryCloseIdle(TimeSpan.Zero, checkpoint: false))
                continue;
            _closed.Enqueue(name);
            if (--surplus == 0)
                return;
        }
    }

    void Share()
    {
        lock (_sharing)
        {
            List<ToolSlot> open = [.. _tools.Values.Where(slot => slot.IsOpen)];
            var limit = _options.MemoryLimitMiB;
            var share = Math.Max(Math.Min(SmallestShareMiB, limit), limit / Math.Max(1, open.Count));
            var threads = open.Count <= MaxToolsWithThreads ? _options.Threads : 1;
            foreach (var slot in open)
                slot.Limit(share, threads);
        }
    }

    // The rows of a log are in memory too: all logs together have about as many as two tools may have alone.
    long MaxLogBytes()
    {
        var bytes = (long)_options.MaxLogMiB << 20;
        var open = _tools.Values.Count(slot => slot.IsOpen);
        return open <= 2 ? bytes : Math.Max(Math.Min(bytes, MinLogBytes), 2 * bytes / open);
    }

    // Before there were parts, a tool's events were in one file. A store that ignored it would look empty, and confirm
    // deletions of events that are still in it.
    static void RefuseEarlyFormat(string data)
    {
        var tools = Path.Combine(data, "tools");
        foreach (var folder in Directory.Exists(tools) ? Directory.EnumerateDirectories(tools) : [])
        {
            var file = Path.Combine(folder, "events.duckdb");
            if (File.Exists(file))
            {
                throw new StoreException(
                    $"{file} was written by an early version, whose events this version can't read. Nothing was " +
                    "changed. To keep collecting without these events, move the file out of the data folder; " +
                    "deletion requests don't reach it there.");
            }
        }
    }

    PartFolder Folder(string tool) => IsToolName(tool)
        ? new PartFolder(Path.Combine(Data, "tools", tool))
        : throw new StoreException(
            $"'{tool}' is not a valid name of a tool: use [a-z][a-z0-9-]*, at most 40 characters.");

    // Checked here too, because the name becomes part of a path.
    static bool IsToolName(string tool)
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
}
