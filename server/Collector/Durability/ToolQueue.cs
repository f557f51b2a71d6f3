// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Tallymark.Collector.Durability;

/// <summary>
/// One tool's batches that are in the journal and not yet in the store, and the calls that wait for them. Each tool has
/// its own queue, so that a tool whose files can't be written delays no other. Guarded by the gate of <see
/// cref="StoreBacklog"/>.
/// </summary>
sealed class ToolQueue(string tool)
{
    readonly Queue<JournaledBatch> _batches = new();
    readonly Queue<StoreCall> _calls = new();
    long _enqueued; // batches so far; they are committed in this order
    long _committed;
    long _waitingSince; // a timestamp of Stopwatch
    long _failedAt; // a timestamp of Stopwatch
    int _taken; // by the last CopyTo
    int _maxBatches = int.MaxValue; // of the next commit

    public string Tool => tool;

    /// <summary>Memory of its batches.</summary>
    public long Bytes { get; private set; }

    /// <summary>Events of its batches.</summary>
    public long Events { get; private set; }

    public bool IsEmpty => _batches.Count == 0;

    /// <summary>Why the last commit failed; null: it succeeded. Only the store's thread sets it.</summary>
    public string? Failure { get; private set; }

    public void Add(JournaledBatch batch)
    {
        StartWaiting();
        _batches.Enqueue(batch);
        _enqueued++;
        Bytes += batch.Bytes;
        Events += batch.Events;
    }

    public void Add(StoreCall call)
    {
        StartWaiting();
        call.After = _enqueued;
        _calls.Enqueue(call);
    }

    /// <summary>
    /// The time until the store's thread must serve this queue; <see cref="Timeout.InfiniteTimeSpan"/>: it need not.
    /// </summary>
    public TimeSpan TimeLeft(Limits limits, bool closing)
    {
        if (_batches.Count == 0 && _calls.Count == 0)
            return Timeout.InfiniteTimeSpan;
        if (Failure is not null)
            return closing ? Timeout.InfiniteTimeSpan : Remaining(_failedAt, limits.WriteRetryDelay);
        return closing || _calls.Count > 0 || Events >= limits.CommitThresholdEvents
            || Bytes >= limits.MaxBacklogBytes / 2
            ? TimeSpan.Zero
            : Remaining(_waitingSince, limits.MaxCommitDelay);
    }

    /// <summary>Whether this queue has waited longer than another.</summary>
    public bool IsBefore(ToolQueue other) => _waitingSince < other._waitingSince;

    /// <summary>
    /// Copies the first batches, for one commit. They stay queued until <see cref="Committed"/>. After a failure half
    /// as many, since a smaller commit needs less memory.
    /// </summary>
    public void CopyTo(List<JournaledBatch> group, int maxEvents)
    {
        var left = maxEvents;
        foreach (var next in _batches)
        {
            left -= next.Events;
            if (group.Count > 0 && (left < 0 || group.Count == _maxBatches))
                break;
            group.Add(next);
        }

        _taken = group.Count;
    }

    /// <summary>The first batches are in the store.</summary>
    public void Committed(int batches)
    {
        for (var i = 0; i < batches; i++)
        {
            var batch = _batches.Dequeue();
            Bytes -= batch.Bytes;
            Events -= batch.Events;
        }

        _committed += batches;
        _maxBatches = _maxBatches > int.MaxValue / 2 ? int.MaxValue : 2 * _maxBatches;
        _waitingSince = Stopwatch.GetTimestamp();
        Failure = null;
    }

    /// <summary>A commit failed. Fails the calls that wait for it.</summary>
    public void Failed(string reason)
    {
        _failedAt = Stopwatch.GetTimestamp();
        _maxBatches = Math.Max(1, _taken / 2);
        Failure = reason;
        while (_calls.TryDequeue(out var call))
            call.Fail(NotNow());
    }

    /// <summary>Takes the next call whose batches are all in the store; null: there is none.</summary>
    public StoreCall? TakeCall() =>
        _calls.TryPeek(out var next) && next.After <= _committed ? _calls.Dequeue() : null;

    /// <summary>The exception for calls while commits fail.</summary>
    public StoreException NotNow() => new(
        $"The store does not accept the journaled batches of {tool}: {Failure} " +
        "Nothing is lost; the collector retries by itself.");

    void StartWaiting()
    {
        if (_batches.Count == 0 && _calls.Count == 0)
            _waitingSince = Stopwatch.GetTimestamp();
    }

    static TimeSpan Remaining(long since, TimeSpan pause)
    {
        var left = pause - Stopwatch.GetElapsedTime(since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
