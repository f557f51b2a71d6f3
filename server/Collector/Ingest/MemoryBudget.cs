// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Ingest;

/// <summary>
/// Bounds the memory of all batches between their first byte and the store. Thread-safe.
/// </summary>
/// <param name="bytes">The bound.</param>
sealed class MemoryBudget(long bytes)
{
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

    /// <summary>Takes bytes that are in use already, even beyond the bound.</summary>
    public void ForceTake(long count) => Interlocked.Add(ref _taken, count);

    public void Release(long count) => Interlocked.Add(ref _taken, -count);
}
