// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;

namespace Tallymark.DuckDb;

/// <summary>
/// The tools of a data folder, each opened at its first use. Holds the folder's lock until disposed. Thread-safe.
/// </summary>
sealed class OpenTools : IDisposable
{
    const int MinShareMiB = 64;

    readonly DuckDbOptions _options;
    readonly FileStream _lock;

    // Lazy, so that two threads that open a tool at once open its files once.
    readonly ConcurrentDictionary<string, Lazy<ToolDatabase>> _tools = new(StringComparer.Ordinal);

    // Taken while a tool is closed to be reopened or repaired.
    readonly Lock _reopening = new();

    /// <summary>Locks the data folder; creates it if it does not exist.</summary>
    /// <exception cref="StoreException">Another process has the folder open, or it can't be written.</exception>
    public OpenTools(string data, DuckDbOptions options)
    {
        (Data, _options) = (data, options);
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

    /// <summary>The data folder.</summary>
    public string Data { get; }

    /// <summary>Whether the tool has stored data.</summary>
    public bool Exists(string tool) => Folder(tool).Exists;

    /// <summary>A tool with stored data; null: it has none.</summary>
    /// <exception cref="StoreException">Its files can't be opened.</exception>
    public ToolDatabase? Find(string tool)
    {
        ObjectDisposedException.ThrowIf(!_lock.CanWrite, this);
        return Exists(tool) ? Open(tool) : null;
    }

    /// <summary>A tool with stored data.</summary>
    /// <exception cref="StoreException">It has none, or its files can't be opened.</exception>
    public ToolDatabase Existing(string tool) =>
        Find(tool) ?? throw new StoreException($"{Data}: the store has no data of tool {tool}. Check the tool's name.");

    /// <summary>A tool; creates its files if it has none.</summary>
    /// <exception cref="StoreException">Its files can't be opened.</exception>
    public ToolDatabase Open(string tool)
    {
        ObjectDisposedException.ThrowIf(!_lock.CanWrite, this);
        _ = Folder(tool);
        var opened = _tools.GetOrAdd(
            tool, static (name, tools) => new Lazy<ToolDatabase>(() => tools.OpenFiles(name)), this);
        try
        {
            return opened.Value;
        }
        catch (StoreException)
        {
            _tools.TryRemove(KeyValuePair.Create(tool, opened)); // the next call tries again
            throw;
        }
    }

    /// <summary>As <see cref="Existing"/>, in a state that takes writes.</summary>
    public ToolDatabase ExistingToWrite(string tool)
    {
        _ = Existing(tool);
        return OpenToWrite(tool);
    }

    /// <summary>
    /// As <see cref="Open"/>, in a state that takes writes. After a failure from which DuckDB can't recover, closes and
    /// reopens the files: that replays the log and reads the batch ids again, so a batch whose failed commit was
    /// durable after all is known.
    /// </summary>
    public ToolDatabase OpenToWrite(string tool)
    {
        var database = Open(tool);
        if (!database.MustReopen())
            return database;
        lock (_reopening)
        {
            if (Open(tool) is var other && other != database)
                return other;
            if (!database.TryClose())
            {
                throw new StoreException(
                    $"{Folder(tool).Path}: the store must be reopened after a failure, but is still being read. " +
                    "Try again.");
            }

            _tools.TryRemove(tool, out _);
            return Open(tool);
        }
    }

    /// <summary>
    /// Runs a function on a tool's folder while its files are closed. The next call opens them again.
    /// </summary>
    /// <exception cref="StoreException">The files are being read.</exception>
    public T WhileClosed<T>(string tool, Func<PartFolder, T> change)
    {
        lock (_reopening)
        {
            if (_tools.TryGetValue(tool, out var opened) && opened.IsValueCreated)
            {
                if (!opened.Value.TryClose())
                    throw new StoreException($"{Folder(tool).Path}: the store is being read. Try again.");
                _tools.TryRemove(tool, out _);
            }

            return change(Folder(tool));
        }
    }

    public void Dispose()
    {
        foreach (var tool in _tools.Values.Where(tool => tool.IsValueCreated))
            tool.Value.Dispose();
        _tools.Clear();
        _lock.Dispose();
    }

    ToolDatabase OpenFiles(string tool)
    {
        DurableFile.CreateFolder(Path.Combine(Data, "tools"));
        DurableFile.CreateFolder(Folder(tool).Path);
        var opened = ToolDatabase.Open(tool, Folder(tool), _options);
        ShareMemory(opened);
        return opened;
    }

    void ShareMemory(ToolDatabase opened)
    {
        List<ToolDatabase> all = [.. _tools.Values.Where(t => t.IsValueCreated).Select(t => t.Value), opened];
        var limit = _options.MemoryLimitMiB;
        var share = Math.Max(Math.Min(MinShareMiB, limit), limit / all.Count);
        foreach (var tool in all)
        {
            try
            {
                EngineFactory.SetMemoryLimit(tool.Engine, share);
            }
            catch (StoreException) when (tool != opened)
            {
                // The tool is closing, or uses more than its new share at the moment: it keeps the old limit.
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
