// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Durability;

/// <summary>
/// Reads the store on the caller's thread while commits go on, and keeps it open meanwhile: closing waits for every
/// reader. Thread-safe.
/// </summary>
sealed class StoreReaders(IEventStore store)
{
    // Guarded by _gate, which is pulsed when a reader leaves.
    readonly object _gate = new();
    int _count;
    bool _stopped;
    bool _closed;

    /// <summary>
    /// Reads cells; everything acknowledged before a <see cref="StoreThread.FlushAsync(string)"/> is in them. A stop
    /// ends the enumeration at its next cell.
    /// </summary>
    /// <exception cref="StoreException">As the store says, also while enumerating.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping, also while enumerating.</exception>
    public IEnumerable<Cell> Cells(string tool, CellQuery query)
    {
        Enter();
        try
        {
            foreach (var cell in store.Cells(tool, query))
            {
                ObjectDisposedException.ThrowIf(Volatile.Read(ref _stopped), this);
                yield return cell;
            }
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Calls the store. A stop waits until the call returns.</summary>
    /// <exception cref="StoreException">As the store says.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public T Read<T>(Func<IEventStore, T> call)
    {
        Enter();
        try
        {
            return call(store);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Calls the store for a request that began before the stop: works until <see cref="StopAndWait"/>.
    /// </summary>
    /// <exception cref="StoreException">As the store says.</exception>
    /// <exception cref="ObjectDisposedException">The store is closing.</exception>
    public T ReadToTheEnd<T>(Func<IEventStore, T> call)
    {
        Enter(whileStopping: true);
        try
        {
            return call(store);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Calls the store asynchronously. A stop waits until the task ends.</summary>
    /// <exception cref="StoreException">As the store says.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public async Task<T> ReadAsync<T>(Func<IEventStore, Task<T>> call)
    {
        Enter();
        try
        {
            return await call(store);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Refuses new readers and ends <see cref="Cells"/>. Commits go on.</summary>
    public void Stop()
    {
        lock (_gate)
            _stopped = true;
    }

    /// <summary>Stops, and waits until the last reader has left.</summary>
    public void StopAndWait()
    {
        lock (_gate)
        {
            _stopped = _closed = true;
            while (_count > 0)
                Monitor.Wait(_gate);
        }
    }

    void Enter(bool whileStopping = false)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(whileStopping ? _closed : _stopped, this);
            _count++;
        }
    }

    void Leave()
    {
        lock (_gate)
        {
            _count--;
            Monitor.PulseAll(_gate);
        }
    }
}
