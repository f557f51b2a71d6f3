// SPDX-License-Identifier: MIT
// Who reads the store at this moment: it must not be closed under them.

namespace Tallymark.Collector.Durability;

/// <summary>Counts readers. Safe for any thread.</summary>
sealed class Readers
{
    readonly object _gate = new();
    int _count;
    bool _stopped;

    /// <summary>Whether readers should end.</summary>
    public bool AreStopped => Volatile.Read(ref _stopped);

    /// <summary>Somebody begins to read; they call <see cref="Leave"/>.</summary>
    /// <exception cref="ObjectDisposedException">Nobody may any more.</exception>
    public void Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            _count++;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            _count--;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>From now on nobody begins.</summary>
    public void Stop()
    {
        lock (_gate)
            _stopped = true;
    }

    /// <summary>The same, and waits until nobody reads.</summary>
    public void WaitForAll()
    {
        lock (_gate)
        {
            _stopped = true;
            while (_count > 0)
                Monitor.Wait(_gate);
        }
    }
}
