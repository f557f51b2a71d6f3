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
    /// <summary>Why calls of a slow tool fail.</summary>
    public const string Slow = "Its commits take long.";

    /// <summary>Why a stuck tool is not served.</summary>
    public const string Stuck =
        "A step in its files has not ended for a long time; its disk may hang, or its manifest needs much memory.";

    readonly Queue<JournaledBatch> _batches = new();
    readonly Queue<StoreCall> _calls = new();
    long _enqueued; // batches so far; they are committed in this order
    long _committed;
    long _waitingSince; // a timestamp of Stopwatch
    long _failedAt; // a timestamp of Stopwatch
    TimeSpan _failedAfter;
    int _taken; // by the last CopyTo
    int _maxBatches = int.MaxValue; // of the next commit

    public string Tool => tool;

    /// <summary>Memory of its batches.</summary>
    public long Bytes { get; private set; }

    /// <summary>Events of its batches.</summary>
    public long Events { get; private set; }

    public bool IsEmpty => _batches.Count == 0;

    /// <summary>Whether it has enough for a commit at once.</summary>
    public bool IsFull(Limits limits) =>
        Events >= limits.CommitThresholdEvents || Bytes >= limits.MaxBacklogBytes / 2;

    /// <summary>Why the last commit failed; null: it succeeded. Only the store's thread sets it.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether a thread of its own runs a step of it: no other step is started before that one ends.</summary>
    public bool IsApart { get; private set; }

    /// <summary>Whether its last commit needed a thread of its own.</summary>
    public bool IsSlow { get; private set; }

    /// <summary>Whether that step has taken too long.</summary>
    public bool IsStuck { get; private set; }

    /// <summary>Whether its commits fail, or one does not end.</summary>
    public bool Waits => IsStuck || Failure is not null;

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
    public TimeSpan TimeLeft(Limits limits, TimeSpan maxDelay, bool closing)
    {
        if (IsApart || (_batches.Count == 0 && _calls.Count == 0))
            return Timeout.InfiniteTimeSpan;
        if (Failure is not null)
            return closing ? Timeout.InfiniteTimeSpan : Remaining(_failedAt, RetryDelay(limits));
        return closing || _calls.Count > 0 || IsFull(limits)
            ? TimeSpan.Zero
            : Remaining(_waitingSince, maxDelay);
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
        IsSlow &= IsApart;
        Failure = null;
    }

    /// <summary>A commit failed after a time. Fails the calls that wait for it.</summary>
    public void Failed(string reason, TimeSpan after)
    {
        _failedAt = _waitingSince = Stopwatch.GetTimestamp(); // tools that waited meanwhile are next
        _failedAfter = after;
        _maxBatches = Math.Max(1, _taken / 2);
        Failure = reason;
        FailCalls();
    }

    /// <summary>A thread of its own runs its step from here on.</summary>
    public void SetApart() => IsApart = IsSlow = true;

    /// <summary>That step takes too long. Fails the calls that wait for it.</summary>
    public void SetStuck()
    {
        IsStuck = true;
        FailCalls();
    }

    /// <summary>That step has ended.</summary>
    public void SetFree() => IsApart = IsStuck = false;

    /// <summary>Takes the next call whose batches are all in the store; null: there is none.</summary>
    public StoreCall? TakeCall() =>
        _calls.TryPeek(out var next) && next.After <= _committed ? _calls.Dequeue() : null;

    /// <summary>The exception for calls while the queue waits.</summary>
    public StoreException NotNow() => new(
        $"The store does not accept the journaled batches of {tool}: {(IsStuck ? Stuck : Failure ?? Slow)} " +
        "Nothing is lost; the collector retries by itself.");

    /// <summary>Fails the calls that wait.</summary>
    public void FailCalls()
    {
        while (_calls.TryDequeue(out var call))
            call.Fail(NotNow());
    }

    // A commit that fails after minutes of work must not be at work all the time.
    TimeSpan RetryDelay(Limits limits)
    {
        var delay = 4 * _failedAfter;
        return delay > limits.WriteRetryDelay ? delay : limits.WriteRetryDelay;
    }

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
