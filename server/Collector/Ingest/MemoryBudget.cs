// SPDX-License-Identifier: MIT
// The bound on the memory of all batches between their first byte and the store.

namespace Tallymark.Collector.Ingest;

/// <summary>A number of bytes that many share. Safe for any thread.</summary>
sealed class MemoryBudget(long bytes)
{
    long _taken;

    public long Limit => bytes;

    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes bytes, if so many are left.</summary>
    public bool TryTake(long count)
    {
        if (Interlocked.Add(ref _taken, count) <= bytes)
            return true;
        Interlocked.Add(ref _taken, -count);
        return false;
    }

    /// <summary>Takes bytes that are there already, whether so many are left or not.</summary>
    public void Keep(long count) => Interlocked.Add(ref _taken, count);

    public void Give(long count) => Interlocked.Add(ref _taken, -count);
}
