// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Durability;

/// <summary>
/// Counts the writes of the journal or the commits of the store. One thread writes; reading is thread-safe.
/// </summary>
sealed class CommitCounters
{
    long _commits;
    long _batches;
    long _failures;
    long _ticks;
    int _lastFailed;

    public long Commits => Interlocked.Read(ref _commits);

    public long Batches => Interlocked.Read(ref _batches);

    public long Failures => Interlocked.Read(ref _failures);

    public TimeSpan Time => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    /// <summary>Whether the last one succeeded.</summary>
    public bool Healthy => Volatile.Read(ref _lastFailed) == 0;

    public void Committed(int batches, TimeSpan time)
    {
        Interlocked.Increment(ref _commits);
        Interlocked.Add(ref _batches, batches);
        Interlocked.Add(ref _ticks, time.Ticks);
        Volatile.Write(ref _lastFailed, 0);
    }

    public void Failed()
    {
        Interlocked.Increment(ref _failures);
        Volatile.Write(ref _lastFailed, 1);
    }
}
