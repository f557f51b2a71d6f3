// SPDX-License-Identifier: MIT
// The one thread that touches the store. What waits while it commits goes into its next commit together.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Tallymark.Store;

namespace Tallymark.Collector.Commit;

/// <summary>
/// A thread of its own, since a store's calls block. It takes all batches that wait, up to the limits of a group,
/// writes them with one commit a tool and only then tells those who wait. It tidies the store up when nothing waits.
/// Members are safe for any thread. What waits is bounded by <see cref="MemoryBudget"/>, not here.
/// </summary>
sealed class StoreThread : IDisposable
{
    readonly IEventStore _store;
    readonly Limits _limits;
    readonly CommitCounters _counters;
    readonly ILogger _log;
    readonly Thread _thread;

    // Guarded by _gate, which is pulsed at each change.
    readonly object _gate = new();
    readonly Queue<WaitingBatch> _batches = new();
    readonly Queue<Action> _questions = new();
    int _readers;
    bool _noReaders;
    bool _closing;

    // Of the store's thread alone.
    readonly Dictionary<string, long> _rows = new(StringComparer.Ordinal); // that each tool should have, since they were counted first
    int _commitsSinceCheckpoint;

    /// <summary>Takes over the store, which it disposes at its end.</summary>
    public StoreThread(IEventStore store, Limits limits, CommitCounters counters, ILogger log)
    {
        _store = store;
        _limits = limits;
        _counters = counters;
        _log = log;
        _thread = new Thread(Run) { Name = "store", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Queues a batch. The result comes when its commit is on disk, or has failed.</summary>
    public Task<CommitResult> CommitAsync(string tool, StoredBatch batch)
    {
        var waiting = new WaitingBatch(tool, batch);
        lock (_gate)
        {
            if (_closing)
                return Task.FromResult(CommitResult.Failed);
            _batches.Enqueue(waiting);
            Monitor.Pulse(_gate);
        }

        return waiting.Result.Task;
    }

    /// <summary>
    /// Reads cells on the caller's thread, while commits go on. It ends early when the collector stops.
    /// </summary>
    /// <exception cref="StoreException">As the store says, also while enumerating.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping, also while enumerating.</exception>
    public IEnumerable<Cell> Cells(string tool, CellQuery query)
    {
        Enter();
        try
        {
            foreach (var cell in _store.Cells(tool, query))
            {
                ObjectDisposedException.ThrowIf(Volatile.Read(ref _noReaders), this);
                yield return cell;
            }
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Asks the store something on the caller's thread, while commits go on. Stopping waits for it.</summary>
    /// <exception cref="StoreException">As the store says.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public T Use<T>(Func<IEventStore, T> question)
    {
        Enter();
        try
        {
            return question(_store);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>The same for what takes its time.</summary>
    public async Task<T> UseAsync<T>(Func<IEventStore, Task<T>> question)
    {
        Enter();
        try
        {
            return await question(_store);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Asks the store something on its thread; commits wait meanwhile.</summary>
    /// <exception cref="StoreException">As the store says.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public Task<T> AskAsync<T>(Func<IEventStore, T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, this);
            _questions.Enqueue(() =>
            {
                try
                {
                    answer.SetResult(question(_store));
                }
                catch (Exception e) // whatever it is belongs to the one who asked
                {
                    answer.SetException(e);
                }
            });
            Monitor.Pulse(_gate);
        }

        return answer.Task;
    }

    /// <summary>
    /// Deletes installations, on the store's thread, between two commits; whatever is committed later, also what was
    /// queued before, is looked through for them.
    /// </summary>
    /// <returns>How many rows are gone, for the totals alone: nobody else may learn it.</returns>
    /// <exception cref="StoreException">As the store says.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public Task<long> DeleteAsync(string tool, IReadOnlyList<Table> tables, IReadOnlyList<string> installations) =>
        AskAsync(s =>
        {
            var before = Removed(tool, s);
            s.Delete(tool, tables, installations);
            _commitsSinceCheckpoint++;
            return before + Removed(tool, s);
        });

    /// <summary>How many rows have left the store since the last time, other than by <see cref="DeleteAsync"/>.</summary>
    /// <exception cref="StoreException">As the store says.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public Task<long> RemovedAsync(string tool) => AskAsync(s => Removed(tool, s));

    // Between two commits: what was there and what came is what is there, or it is gone.
    long Removed(string tool, IEventStore store)
    {
        var rows = store.Count(tool).Values.Sum();
        var removed = _rows.TryGetValue(tool, out var expected) ? Math.Max(0, expected - rows) : 0;
        _rows[tool] = rows;
        return removed;
    }

    void CountRows(string tool, StoredBatch batch)
    {
        if (!_rows.TryGetValue(tool, out var rows))
            return; // the first count finds them
        foreach (var of in batch.Rows)
            rows += of.Table.IsDevelopment ? 0 : of.Count;
        _rows[tool] = rows;
    }

    void Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_noReaders, this);
            _readers++;
        }
    }

    void Leave()
    {
        lock (_gate)
        {
            _readers--;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>
    /// Ends what is being read at its next cell; its reader sees that it is not whole. Commits go on.
    /// </summary>
    public void StopReaders()
    {
        lock (_gate)
            _noReaders = true;
    }

    /// <summary>Finishes all that waits, closes the store and ends the thread.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            _noReaders = true;
            Monitor.PulseAll(_gate);
            while (_readers > 0)
                Monitor.Wait(_gate); // a store must not be closed under a reader
        }

        _thread.Join();
    }

    void Run()
    {
        var group = new List<WaitingBatch>();
        while (TakeWork(group, out var question))
        {
            CommitGroup(group);
            group.Clear();
            question?.Invoke();
            if (_commitsSinceCheckpoint >= _limits.CommitsBeforeCheckpoint)
                Checkpoint();
        }

        try
        {
            _store.Dispose();
        }
        catch (StoreException e)
        {
            _log.StoreDidNotClose(e.Message);
        }
    }

    /// <summary>Waits for work; false when there is none left and none will come.</summary>
    bool TakeWork(List<WaitingBatch> group, out Action? question)
    {
        lock (_gate)
        {
            while (_batches.Count == 0 && _questions.Count == 0 && !_closing)
            {
                if (_commitsSinceCheckpoint == 0)
                    Monitor.Wait(_gate);
                else if (!Monitor.Wait(_gate, _limits.IdleBeforeCheckpoint))
                    Checkpoint(); // under the gate: who comes meanwhile waits as long as it takes, a few milliseconds
            }

            var events = 0;
            while (group.Count < _limits.GroupBatches && _batches.TryPeek(out var next)
                && (group.Count == 0 || events + next.Events <= _limits.GroupEvents))
            {
                events += next.Events;
                group.Add(_batches.Dequeue());
            }

            _questions.TryDequeue(out question);
            return group.Count > 0 || question is not null;
        }
    }

    void CommitGroup(List<WaitingBatch> group)
    {
        var byTool = new Dictionary<string, List<WaitingBatch>>(StringComparer.Ordinal);
        foreach (var waiting in group)
        {
            if (!byTool.TryGetValue(waiting.Tool, out var batches))
                byTool.Add(waiting.Tool, batches = []);
            batches.Add(waiting);
        }

        foreach (var (tool, batches) in byTool)
            Commit(tool, batches);
    }

    void Commit(string tool, List<WaitingBatch> waiting)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var written = _store.Commit(tool, waiting.ConvertAll(w => w.Batch));
            if (written.Count != waiting.Count)
                throw new StoreException($"The store answered for {written.Count} of {waiting.Count} batches.");
            _counters.Committed(waiting.Count, Stopwatch.GetElapsedTime(started));
            _commitsSinceCheckpoint++;
            for (var i = 0; i < waiting.Count; i++)
            {
                if (written[i])
                    CountRows(tool, waiting[i].Batch);
            }

            for (var i = 0; i < waiting.Count; i++)
                waiting[i].Result.SetResult(written[i] ? CommitResult.Stored : CommitResult.Duplicate);
        }
        catch (Exception e) // the edge of the stage: whatever went wrong, nothing of it may be acknowledged
        {
            _counters.Failed();
            if (e is StoreException)
                _log.CommitFailed(tool, waiting.Count, e.Message);
            else
                _log.CommitBroke(tool, waiting.Count, e.GetType().Name, e.StackTrace);
            foreach (var batch in waiting)
                batch.Result.SetResult(CommitResult.Failed);
        }
    }

    /// <summary>
    /// Tidies up, so that no commit has to: the slowest commits are those that do (spec of the store).
    /// </summary>
    void Checkpoint()
    {
        _commitsSinceCheckpoint = 0;
        try
        {
            _store.Checkpoint();
        }
        catch (StoreException e)
        {
            _log.CheckpointFailed(e.Message); // nothing is lost: it is tried again after the next commits
        }
    }

    sealed class WaitingBatch
    {
        public WaitingBatch(string tool, StoredBatch batch)
        {
            Tool = tool;
            Batch = batch;
            foreach (var rows in batch.Rows)
                Events += rows.Count;
        }

        public string Tool { get; }

        public StoredBatch Batch { get; }

        public int Events { get; }

        // Not on the store's thread: a slow reader of a reply must not hold up the next commit.
        public TaskCompletionSource<CommitResult> Result { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>What became of a batch.</summary>
enum CommitResult
{
    /// <summary>It is on disk.</summary>
    Stored,

    /// <summary>It was on disk already.</summary>
    Duplicate,

    /// <summary>It is not on disk.</summary>
    Failed,
}
