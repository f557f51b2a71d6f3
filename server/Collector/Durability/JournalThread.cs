// SPDX-License-Identifier: MIT
// The thread that writes the journal. What waits while it writes goes into its next write together.

using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Durability;

/// <summary>
/// A thread of its own, since a flush blocks. Members are safe for any thread.
/// <list type="number">
/// <item>Take all batches that wait, up to the limits of a group.</item>
/// <item>Sort out what is on disk already, what the store has no room for, and rows of deleted installations.</item>
/// <item>Write the rest with one flush.</item>
/// <item>Hand it to the store, and only then tell those who wait.</item>
/// </list>
/// What waits is bounded by <see cref="MemoryBudget"/>. While the store is behind by more than <see cref="Limits.BehindBytes"/> nothing is taken.
/// </summary>
sealed class JournalThread : IDisposable
{
    readonly IJournal _journal;
    readonly StoreThread _store;
    readonly Limits _limits;
    readonly CommitCounters _counters;
    readonly ILogger _log;
    readonly Thread _thread;

    // Guarded by _gate, which is pulsed at each change.
    readonly object _gate = new();
    readonly Queue<JournaledBatch> _waiting = new();
    bool _closing;

    // Held from the look for deleted installations until what is written is handed on.
    readonly Lock _writing = new();

    // Of the thread alone: what was said of a failure, and how many batches were refused since.
    string? _said;
    long _refused;

    /// <summary>Begins to write.</summary>
    public JournalThread(IJournal journal, StoreThread store, Limits limits, CommitCounters counters, ILogger log)
    {
        _journal = journal;
        _store = store;
        _limits = limits;
        _counters = counters;
        _log = log;
        _thread = new Thread(Run) { Name = "journal", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Queues a batch. The result comes when it is on disk, or could not be written.</summary>
    /// <param name="batch">The batch; its rows are the journal's from here on.</param>
    public Task<WriteResult> WriteAsync(JournaledBatch batch)
    {
        lock (_gate)
        {
            if (_closing)
                return Task.FromResult(WriteResult.Failed);
            _waiting.Enqueue(batch);
            Monitor.Pulse(_gate);
        }

        return batch.Result.Task;
    }

    /// <summary>
    /// Whether what was acknowledged before has left the journal, so that nothing of an installation that was deleted before is in its bytes. Has it go.
    /// Cost: a commit.
    /// </summary>
    /// <returns>False: the store does not take it, or a file can't be deleted. Ask again later.</returns>
    public bool TryEmpty()
    {
        long last;
        lock (_writing)
            last = _journal.Close();
        try
        {
            _store.FlushAsync().GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            return false;
        }

        return _journal.IsGone(last);
    }

    /// <summary>Writes all that waits and ends the thread. The store may still be behind.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    void Run()
    {
        var group = new List<JournaledBatch>();
        while (Take(group))                       // 1
        {
            lock (_writing)
                Write(group);
            group.Clear();
        }
    }

    // After a failure it goes on with none too: whoever asks for its health, and sends nothing while it is bad, must see that it is well again.
    bool Take(List<JournaledBatch> group)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_closing)
            {
                if (!Monitor.Wait(_gate, _said is null ? Timeout.InfiniteTimeSpan : _limits.RetryCommit))
                    return true;
            }

            var bytes = 0L;
            while (group.Count < _limits.GroupBatches && bytes < _limits.JournalFileBytes && _waiting.TryDequeue(out var next))
            {
                bytes += next.Bytes;
                group.Add(next);
            }

            return group.Count > 0;
        }
    }

    void Write(List<JournaledBatch> group)
    {
        var started = Stopwatch.GetTimestamp();
        var written = new List<JournaledBatch>(group.Count);
        var results = new WriteResult[group.Count];
        for (var i = 0; i < results.Length; i++)  // 2
        {
            results[i] = Judge(group[i], written);
            if (results[i] == WriteResult.Written)
                written.Add(group[i]);
        }

        try
        {
            if (written.Count > 0 || group.Count == 0)
                _journal.Append(written);         // 3
        }
        catch (Exception e) // the edge of the stage: whatever went wrong, nothing of it may be acknowledged
        {
            Failed(e, written.Count);
            for (var i = 0; i < results.Length; i++)
                group[i].Result.SetResult(results[i] == WriteResult.Written ? WriteResult.Failed : results[i]);
            return;
        }

        foreach (var batch in written)            // 4
        {
            batch.Sum = BatchSum.Of(batch.Batch);
            _store.Enqueue(batch);
        }

        if (written.Count > 0 || group.Count == 0)
            Worked(written.Count, Stopwatch.GetElapsedTime(started));
        for (var i = 0; i < results.Length; i++)
            group[i].Result.SetResult(results[i]);
    }

    // One tool's trouble is not the others'.
    WriteResult Judge(JournaledBatch batch, List<JournaledBatch> others)
    {
        try
        {
            if (!_store.WaitForRoom(batch.Tool))
                return WriteResult.Failed; // the store's thread says why
            return _store.Admits(batch, others) ? WriteResult.Written : WriteResult.Duplicate;
        }
        catch (StoreException e)
        {
            _log.StoreCannotSay(batch.Tool, e.Message);
            return WriteResult.Failed;
        }
    }

    // Said once for each reason: while a disk is full each request would say it again.
    void Failed(Exception e, int batches)
    {
        _counters.Failed();
        _refused += batches;
        if (string.Equals(_said, e.Message, StringComparison.Ordinal))
            return;
        _said = e.Message;
        if (e is IOException)
            _log.JournalFailed(e.Message);
        else
            _log.JournalBroke(e.GetType().Name, e.StackTrace);
    }

    void Worked(int batches, TimeSpan time)
    {
        _counters.Committed(batches, time);
        if (_said is null)
            return;
        _log.JournalWorks(_refused);
        (_said, _refused) = (null, 0);
    }
}
