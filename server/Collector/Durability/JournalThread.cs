// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Durability;

/// <summary>
/// The only thread that writes the journal; a flush blocks. Batches that wait during a write share the next one.
/// Members are thread-safe.
/// <list type="number">
/// <item>Take the waiting batches, up to the limits of a group.</item>
/// <item>Sort out batches that are on disk already or that the store has no room for, and the rows of deleted
/// installations.</item>
/// <item>Write the rest with one flush.</item>
/// <item>Hand it to the store, and only then complete the results.</item>
/// </list>
/// <see cref="MemoryBudget"/> bounds what waits. While the store lags by more than <see cref="Limits.MaxBacklogBytes"/>
/// the thread takes nothing.
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

    // Held from the filtering for deleted installations until the batches are handed to the store.
    readonly Lock _writing = new();

    // Of the journal's thread only: the failure that was logged, and how many batches were refused since.
    string? _failure;
    long _refused;

    /// <summary>Starts the thread.</summary>
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

    /// <summary>Queues a batch. The task completes when the batch is on disk, or could not be written.</summary>
    /// <param name="batch">The batch; from here on its rows belong to the journal.</param>
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
    /// Brings everything acknowledged before into the store and deletes its files, so that the journal holds no bytes
    /// of installations deleted before. Cost: a commit.
    /// </summary>
    /// <returns>
    /// False: the store does not accept a batch, or a file can't be deleted. Try again later.
    /// </returns>
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

    /// <summary>Writes everything that waits and ends the thread. The store may still lag.</summary>
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

    // After a failure it also returns without batches, to try whether the journal can be written: a client that asks
    // for the collector's health, and sends nothing while it is bad, must see that it is good again.
    bool Take(List<JournaledBatch> group)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_closing)
            {
                if (!Monitor.Wait(_gate, _failure is null ? Timeout.InfiniteTimeSpan : _limits.WriteRetryDelay))
                    return true;
            }

            var bytes = 0L;
            while (group.Count < _limits.MaxGroupBatches && bytes < _limits.MaxJournalFileBytes
                && _waiting.TryDequeue(out var next))
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
            results[i] = Sort(group[i], written);
            if (results[i] == WriteResult.Written)
                written.Add(group[i]);
        }

        try
        {
            if (written.Count > 0 || group.Count == 0)
                _journal.Append(written);         // 3
        }
        catch (Exception e) // the edge of the stage: after any failure none of them may be acknowledged
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
            Succeeded(written.Count, Stopwatch.GetElapsedTime(started));
        for (var i = 0; i < results.Length; i++)
            group[i].Result.SetResult(results[i]);
    }

    // A failure of one tool must not affect the others.
    WriteResult Sort(JournaledBatch batch, List<JournaledBatch> others)
    {
        try
        {
            if (!_store.WaitForRoom(batch.Tool))
                return WriteResult.Failed; // the store's thread logs the reason
            return _store.IsNew(batch, others) ? WriteResult.Written : WriteResult.Duplicate;
        }
        catch (StoreException e)
        {
            _log.StoreCannotSay(batch.Tool, e.Message);
            return WriteResult.Failed;
        }
    }

    // Logged once for each reason: while a disk is full every request would log it again.
    void Failed(Exception e, int batches)
    {
        _counters.Failed();
        _refused += batches;
        if (string.Equals(_failure, e.Message, StringComparison.Ordinal))
            return;
        _failure = e.Message;
        if (e is IOException)
            _log.JournalFailed(e.Message);
        else
            _log.JournalBroke(e.GetType().Name, e.StackTrace);
    }

    void Succeeded(int batches, TimeSpan time)
    {
        _counters.Committed(batches, time);
        if (_failure is null)
            return;
        _log.JournalWorks(_refused);
        (_failure, _refused) = (null, 0);
    }
}
