// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Tallymark.DuckDb;

/// <summary>
/// One tool's files, open or closed, and how many callers use them. They stay open while a caller uses them, except
/// after a failure that needs them reopened. Thread-safe.
/// </summary>
sealed class ToolSlot(Func<ToolDatabase> open) : IDisposable
{
    // Held while the files are opened or closed, so that they are never open twice.
    readonly Lock _gate = new();

    // Rollups that were requested since the process started; an open tool may not have added them to its file yet.
    readonly List<Rollup> _rollups = [];
    ToolDatabase? _database; // written under the gate
    int _users; // under the gate
    long _lastUse = Stopwatch.GetTimestamp();
    int _memoryMiB;
    int _threads;

    /// <summary>Whether the files are open.</summary>
    public bool IsOpen => Volatile.Read(ref _database) is not null;

    /// <summary>How long no caller has begun or ended a use.</summary>
    public TimeSpan IdleTime => Stopwatch.GetElapsedTime(Volatile.Read(ref _lastUse));

    /// <summary>Interrupts the running commit. Never waits.</summary>
    public void Interrupt() => Volatile.Read(ref _database)?.Writer.Interrupt();

    /// <summary>Opens the files unless they are open, and keeps them open until the result is disposed.</summary>
    /// <param name="toWrite">Reopens them if they take no writes.</param>
    /// <param name="isNew">Whether they were closed before.</param>
    /// <exception cref="StoreException">They can't be opened, or must be reopened and are being read.</exception>
    public ToolUse Use(bool toWrite, out bool isNew)
    {
        var use = Enter(out isNew);
        if (!toWrite || !use.Database.MustReopen()) // outside the gate: it waits for a commit
            return use;
        use.Dispose();
        lock (_gate)
        {
            if (_database == use.Database)
                Close(use.Database);
        }

        return Enter(out isNew);
    }

    /// <summary>Requests rollups of the open tool, also for the next time it is opened.</summary>
    public void Request(ToolDatabase database, IReadOnlyList<Rollup> rollups)
    {
        lock (_gate)
            _rollups.AddRange(rollups);
        database.Rollups.Request(rollups);
    }

    /// <summary>
    /// Closes the files if they are open and nothing has used them for a time. Does not wait while they are opened.
    /// </summary>
    /// <param name="idle">The time.</param>
    /// <param name="checkpoint">Moves the log into its file.</param>
    /// <returns>Whether it closed them.</returns>
    public bool TryCloseIdle(TimeSpan idle, bool checkpoint)
    {
        if (!_gate.TryEnter())
            return false;
        try
        {
            if (_database is not { } database || _users > 0 || IdleTime < idle)
                return false;
            database.Close(checkpoint);
            Volatile.Write(ref _database, null);
            return true;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Runs a function while the files are closed.</summary>
    /// <exception cref="StoreException">The files are being read.</exception>
    public T WhileClosed<T>(Func<T> change)
    {
        lock (_gate)
        {
            if (_database is { } database)
                Close(database);
            return change();
        }
    }

    /// <summary>
    /// Sets the memory limit and the number of a query's threads if the files are open. Does not wait while they are
    /// opened.
    /// </summary>
    public void Limit(int mebibytes, int threads)
    {
        if (!_gate.TryEnter())
            return; // the thread that opens them shares the memory next
        try
        {
            if (_database is null || (_memoryMiB == mebibytes && _threads == threads))
                return;
            EngineFactory.SetLimits(_database.Engine, mebibytes, threads);
            (_memoryMiB, _threads) = (mebibytes, threads);
        }
        catch (StoreException)
        {
            // It uses more than its new share at the moment: it keeps the old limit until the next change.
        }
        finally
        {
            _gate.Exit();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _database?.Close(checkpoint: true);
            Volatile.Write(ref _database, null);
        }
    }

    /// <summary>A use ended.</summary>
    internal void Leave()
    {
        lock (_gate)
        {
            _users--;
            Touch();
        }
    }

    ToolUse Enter(out bool isNew)
    {
        lock (_gate)
        {
            isNew = _database is null;
            if (_database is not { } database)
            {
                database = open();
                database.Rollups.Request(_rollups);
                _memoryMiB = _threads = 0;
                Volatile.Write(ref _database, database);
            }

            _users++;
            Touch();
            return new ToolUse(this, database);
        }
    }

    // Under the gate.
    void Close(ToolDatabase database)
    {
        if (!database.TryClose())
        {
            throw new StoreException(
                $"{database.Engine.Place}: the store must be closed and opened again, but is still being read. " +
                "Try again.");
        }

        Volatile.Write(ref _database, null);
    }

    void Touch() => Volatile.Write(ref _lastUse, Stopwatch.GetTimestamp());
}

/// <summary>A use of an open tool; dispose it once.</summary>
/// <param name="slot">The tool.</param>
/// <param name="database">Its files.</param>
sealed class ToolUse(ToolSlot slot, ToolDatabase database) : IDisposable
{
    /// <summary>The open tool.</summary>
    public ToolDatabase Database => database;

    /// <summary>Requests rollups, also for the next time the tool is opened.</summary>
    public void Request(IReadOnlyList<Rollup> rollups) => slot.Request(database, rollups);

    public void Dispose() => slot.Leave();
}
