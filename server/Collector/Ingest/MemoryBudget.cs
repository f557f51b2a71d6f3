// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Ingest;

/// <summary>
/// Bounds the memory of all batches between their first byte and the store, and the share of one network in it: bodies
/// that arrive slowly can't use it up for others. Thread-safe.
/// </summary>
/// <param name="bytes">The bound.</param>
sealed class MemoryBudget(long bytes)
{
    // A network holds at most this part of the memory. Behind a proxy that is not named all clients are one network:
    // a quarter is room for hundreds of usual batches at the same moment.
    const int Share = 4;

    // Guarded by itself.
    readonly Dictionary<NetworkPrefix, long> _ofNetwork = [];
    long _taken;

    public long Limit => bytes;

    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes bytes if as many are left.</summary>
    public bool TryTake(long count)
    {
        if (Interlocked.Add(ref _taken, count) <= bytes)
            return true;
        Interlocked.Add(ref _taken, -count);
        return false;
    }

    /// <summary>Takes bytes for a network's request, if as many are left and its share allows it.</summary>
    public bool TryTake(NetworkPrefix client, long count)
    {
        if (client.IsThisMachine)
            return TryTake(count);
        lock (_ofNetwork)
        {
            var held = _ofNetwork.GetValueOrDefault(client) + count;
            if (held > bytes / Share || !TryTake(count))
                return false;
            _ofNetwork[client] = held;
            return true;
        }
    }

    /// <summary>Takes bytes that are in use already, even beyond the bound.</summary>
    public void ForceTake(long count) => Interlocked.Add(ref _taken, count);

    public void Release(long count) => Interlocked.Add(ref _taken, -count);

    /// <summary>Releases bytes of a network's request.</summary>
    public void Release(NetworkPrefix client, long count)
    {
        if (count == 0)
            return;
        Release(count);
        if (client.IsThisMachine)
            return;
        lock (_ofNetwork)
        {
            var held = _ofNetwork[client] - count;
            if (held == 0)
                _ofNetwork.Remove(client);
            else
                _ofNetwork[client] = held;
        }
    }
}
