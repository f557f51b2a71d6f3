// SPDX-License-Identifier: MIT
// What waits for the store, tool by tool: a tool whose files can't be written holds up no other.

using System.Diagnostics;

namespace Tallymark.Collector.Durability;

/// <summary>One tool's batches that are in the journal and not in the store, and what was asked. Guarded by the gate of <see cref="StoreThread"/>.</summary>
sealed class ToolQueue(string tool)
{
    readonly Queue<JournaledBatch> _batches = new();
    readonly Queue<Question> _questions = new();
    long _enqueued; // batches so far; they are committed in their order
    long _committed;
    long _since; // when the first of what waits came, as Stopwatch has it
    long _tried; // when a commit failed last

    public string Tool => tool;

    /// <summary>Memory of its batches.</summary>
    public long Bytes { get; private set; }

    /// <summary>Their events.</summary>
    public long Events { get; private set; }

    public bool IsEmpty => _batches.Count == 0;

    /// <summary>Why the last commit failed; null: it worked.</summary>
    public string? Failure { get; private set; }

    /// <summary>How many rows the store should have; null: they were not counted yet. Of the store's thread alone.</summary>
    public long? Rows { get; set; }

    public void Add(JournaledBatch batch)
    {
        Come();
        _batches.Enqueue(batch);
        _enqueued++;
        Bytes += batch.Bytes;
        Events += batch.Events;
    }

    public void Add(Question question)
    {
        Come();
        question.After = _enqueued;
        _questions.Enqueue(question);
    }

    /// <summary>How long until it is its turn; <see cref="Timeout.InfiniteTimeSpan"/>: there is nothing to do for it.</summary>
    public TimeSpan Left(Limits limits, bool closing)
    {
        if (_batches.Count == 0 && _questions.Count == 0)
            return Timeout.InfiniteTimeSpan;
        if (Failure is not null)
            return closing ? Timeout.InfiniteTimeSpan : NotBefore(_tried, limits.RetryCommit);
        return closing || _questions.Count > 0 || Events >= limits.LoadEvents || Bytes >= limits.BehindBytes / 2
            ? TimeSpan.Zero
            : NotBefore(_since, limits.LoadDelay);
    }

    /// <summary>Who waits longer is first.</summary>
    public bool IsBefore(ToolQueue other) => _since < other._since;

    /// <summary>The first batches, for one commit; they stay here until <see cref="Committed"/>.</summary>
    public void CopyTo(List<JournaledBatch> group, int events)
    {
        foreach (var next in _batches)
        {
            events -= next.Events;
            if (group.Count > 0 && events < 0)
                return;
            group.Add(next);
        }
    }

    /// <summary>So many are in the store.</summary>
    public void Committed(int batches)
    {
        for (var i = 0; i < batches; i++)
        {
            var batch = _batches.Dequeue();
            Bytes -= batch.Bytes;
            Events -= batch.Events;
        }

        _committed += batches;
        _since = Stopwatch.GetTimestamp();
        Failure = null;
    }

    /// <summary>A commit failed. Whoever asked is told that it can't be answered now.</summary>
    public void Failed(string reason)
    {
        _tried = Stopwatch.GetTimestamp();
        Failure = reason;
        while (_questions.TryDequeue(out var question))
            question.Fail(NotNow());
    }

    /// <summary>The next question for which enough is in the store.</summary>
    public Question? NextQuestion() =>
        _questions.TryPeek(out var next) && next.After <= _committed ? _questions.Dequeue() : null;

    /// <summary>What those are told who ask while it fails.</summary>
    public StoreException NotNow() =>
        new($"The store does not take what is in the journal of {tool}: {Failure} Nothing is lost, and it goes on by itself.");

    void Come()
    {
        if (_batches.Count == 0 && _questions.Count == 0)
            _since = Stopwatch.GetTimestamp();
    }

    static TimeSpan NotBefore(long from, TimeSpan pause)
    {
        var left = pause - Stopwatch.GetElapsedTime(from);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}

/// <summary>What somebody asks, once the batches before it are in the store; it is either answered or failed, once.</summary>
sealed class Question(Action answer, Action<Exception> fail)
{
    /// <summary>How many batches of its tool come before it.</summary>
    public long After { get; set; }

    public void Answer() => answer();

    public void Fail(Exception reason) => fail(reason);
}
