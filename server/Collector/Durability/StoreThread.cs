// SPDX-License-Identifier: MIT
// The one thread that writes to the store: what is in the journal goes into it in large commits.

using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Durability;

/// <summary>
/// A thread of its own, since a store's calls block. For each tool it waits until there is enough for a commit, or until what there is has waited
/// <see cref="Limits.LoadDelay"/>; whoever asks something waits until all that was acknowledged before is in the store. A commit that fails is tried again until it
/// works: its batches are safe in the journal. Members are safe for any thread.
/// </summary>
sealed class StoreThread : IDisposable
{
    readonly IEventStore _store;
    readonly IJournal _journal;
    readonly RowPool _pool;
    readonly MemoryBudget _memory;
    readonly Limits _limits;
    readonly CommitCounters _counters;
    readonly ILogger _log;
    readonly Thread _thread;
    readonly Readers _readers = new();

    // Guarded by _gate, which is pulsed at each change.
    readonly object _gate = new();
    readonly Dictionary<string, ToolQueue> _tools = new(StringComparer.Ordinal);
    readonly HashSet<(string Tool, Guid Batch)> _behind = []; // what is queued or being committed
    bool _closing;

    // Of the store's thread alone.
    bool _isTidy = true;
    long _lastCommit; // as Stopwatch has it

    /// <summary>Takes over the store and the journal, which it disposes at its end.</summary>
    public StoreThread(IEventStore store, IJournal journal, RowPool pool, MemoryBudget memory, Limits limits, CommitCounters counters, ILogger log)
    {
        _store = store;
        _journal = journal;
        _pool = pool;
        _memory = memory;
        _limits = limits;
        _counters = counters;
        _log = log;
        _thread = new Thread(Run) { Name = "store", IsBackground = true };
        _thread.Start();
    }

    /// <summary>How many events are in the journal and not yet in the store.</summary>
    public long Behind
    {
        get
        {
            lock (_gate)
                return _tools.Values.Sum(tool => tool.Events);
        }
    }

    /// <summary>The same of one tool.</summary>
    public long BehindOf(string tool)
    {
        lock (_gate)
            return _tools.TryGetValue(tool, out var queue) ? queue.Events : 0;
    }

    /// <summary>Whether it takes the batches of every tool.</summary>
    public bool IsHealthy
    {
        get
        {
            lock (_gate)
                return _tools.Values.All(tool => tool.Failure is null);
        }
    }

    /// <summary>
    /// Whether a batch is new: neither in the store, nor on its way there, nor among others that are about to be. Rows of deleted installations are taken out of it.
    /// </summary>
    /// <exception cref="StoreException">The store can't say.</exception>
    public bool Admits(JournaledBatch batch, List<JournaledBatch> others)
    {
        // In this order: what is committed is in the store before it leaves the set.
        lock (_gate)
        {
            if (_behind.Contains((batch.Tool, batch.Batch.Id)))
                return false;
        }

        foreach (var other in others)
        {
            if (other.Batch.Id == batch.Batch.Id && string.Equals(other.Tool, batch.Tool, StringComparison.Ordinal))
                return false;
        }

        return _store.Admits(batch.Tool, batch.Batch);
    }

    /// <summary>Queues a batch that is in the journal.</summary>
    public void Enqueue(JournaledBatch batch)
    {
        _memory.Keep(batch.Bytes);
        lock (_gate)
        {
            _behind.Add((batch.Tool, batch.Batch.Id));
            var tool = QueueOf(batch.Tool);
            var wasWaiting = !tool.IsEmpty;
            tool.Add(batch);
            if (!wasWaiting || tool.Left(_limits, _closing) == TimeSpan.Zero)
                Monitor.PulseAll(_gate);
        }
    }

    /// <summary>
    /// Waits while the store is behind by more than it may be. Tools whose commits fail wait apart, and fill no more than as much again.
    /// </summary>
    /// <returns>False: the store takes nothing of this tool now, and too much waits already.</returns>
    public bool WaitForRoom(string tool)
    {
        lock (_gate)
        {
            var mine = QueueOf(tool);
            while (true)
            {
                var (going, stuck) = (0L, 0L);
                foreach (var one in _tools.Values)
                {
                    if (one.Failure is null)
                        going += one.Bytes;
                    else
                        stuck += one.Bytes;
                }

                if (mine.Failure is not null && stuck > _limits.BehindBytes)
                    return false;
                if (mine.Failure is not null || going <= _limits.BehindBytes)
                    return true;
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>
    /// Reads cells on the caller's thread, while commits go on; what was acknowledged before <see cref="FlushAsync(string)"/> is in them. It ends early when the
    /// collector stops.
    /// </summary>
    /// <exception cref="StoreException">As the store says, also while enumerating.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping, also while enumerating.</exception>
    public IEnumerable<Cell> Cells(string tool, CellQuery query)
    {
        _readers.Enter();
        try
        {
            foreach (var cell in _store.Cells(tool, query))
            {
                ObjectDisposedException.ThrowIf(_readers.AreStopped, this);
                yield return cell;
            }
        }
        finally
        {
            _readers.Leave();
        }
    }

    /// <summary>Asks the store something on the caller's thread, while commits go on. Stopping waits for it.</summary>
    /// <exception cref="StoreException">As the store says.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public T Use<T>(Func<IEventStore, T> question)
    {
        _readers.Enter();
        try
        {
            return question(_store);
        }
        finally
        {
            _readers.Leave();
        }
    }

    /// <summary>The same for what takes its time.</summary>
    public async Task<T> UseAsync<T>(Func<IEventStore, Task<T>> question)
    {
        _readers.Enter();
        try
        {
            return await question(_store);
        }
        finally
        {
            _readers.Leave();
        }
    }

    /// <summary>Waits until all of a tool that was acknowledged is in the store.</summary>
    /// <exception cref="StoreException">The store does not take it now.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public Task FlushAsync(string tool) => AskAsync(tool, _ => true);

    /// <summary>The same for all tools.</summary>
    public Task FlushAsync()
    {
        string[] tools;
        lock (_gate)
            tools = [.. _tools.Keys];
        return Task.WhenAll(tools.Select(FlushAsync));
    }

    /// <summary>Asks the store something about a tool on its thread, once all of the tool that was acknowledged is in it; commits wait meanwhile.</summary>
    /// <exception cref="StoreException">As the store says; at once where it does not take what was acknowledged.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public Task<T> AskAsync<T>(string tool, Func<IEventStore, T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, this);
            var queue = QueueOf(tool);
            if (queue.Failure is not null)
                return Task.FromException<T>(queue.NotNow());
            queue.Add(new Question(
                () =>
                {
                    try
                    {
                        answer.SetResult(question(_store));
                    }
                    catch (Exception e) // whatever it is belongs to the one who asked
                    {
                        answer.SetException(e);
                    }
                },
                answer.SetException));
            Monitor.PulseAll(_gate);
        }

        return answer.Task;
    }

    /// <summary>Deletes installations, on the store's thread, between two commits; whatever comes later is looked through for them.</summary>
    /// <returns>How many rows are gone, for the totals alone: nobody else may learn it.</returns>
    /// <exception cref="StoreException">As the store says.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public Task<long> DeleteAsync(string tool, IReadOnlyList<Table> tables, IReadOnlyList<string> installations) =>
        AskAsync(tool, s =>
        {
            var before = Removed(tool, s);
            s.Delete(tool, tables, installations);
            _isTidy = false;
            _lastCommit = Stopwatch.GetTimestamp();
            return before + Removed(tool, s);
        });

    /// <summary>How many rows have left the store since the last time, other than by <see cref="DeleteAsync"/>.</summary>
    /// <exception cref="StoreException">As the store says.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public Task<long> RemovedAsync(string tool) => AskAsync(tool, s => Removed(tool, s));

    /// <summary>
    /// Ends what is being read at its next cell; its reader sees that it is not whole. Commits go on.
    /// </summary>
    public void StopReaders() => _readers.Stop();

    /// <summary>Brings all that is in the journal into the store, closes both and ends the thread. What the store does not take stays in the journal.</summary>
    public void Dispose()
    {
        _readers.WaitForAll(); // before anything is closed: they may ask too
        lock (_gate)
        {
            _closing = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    // Between two commits: what was there and what came is what is there, or it is gone.
    long Removed(string tool, IEventStore store)
    {
        ToolQueue queue;
        lock (_gate)
            queue = QueueOf(tool);
        var rows = store.Count(tool).Values.Sum();
        var removed = queue.Rows is { } expected ? Math.Max(0, expected - rows) : 0;
        queue.Rows = rows;
        return removed;
    }

    // As it was acknowledged: rows that a deletion took out since are rows that left.
    static void CountRows(ToolQueue tool, JournaledBatch batch)
    {
        if (tool.Rows is null)
            return; // the first count finds them
        var sum = batch.Sum ?? BatchSum.Of(batch.Batch);
        tool.Rows += sum.Stored - sum.Development;
    }

    // Under the gate.
    ToolQueue QueueOf(string tool)
    {
        if (!_tools.TryGetValue(tool, out var queue))
            _tools.Add(tool, queue = new ToolQueue(tool));
        return queue;
    }

    void Run()
    {
        var group = new List<JournaledBatch>();
        while (Next(group, out var tool))
        {
            if (tool is null)
                TidyUp();
            else if (group.Count == 0 || TryCommit(tool, group))
                Answer(tool);
            group.Clear();
        }

        _journal.Close();
        if (Behind is var left and > 0)
            _log.StaysInJournal(left);
        try
        {
            _store.Dispose();
        }
        catch (StoreException e)
        {
            _log.StoreDidNotClose(e.Message);
        }

        _journal.Dispose();
    }

    /// <summary>Waits for the next tool that something is to be done for; null: there is time to tidy up.</summary>
    /// <returns>False: there is nothing left and nothing will come.</returns>
    bool Next(List<JournaledBatch> group, out ToolQueue? tool)
    {
        lock (_gate)
        {
            while (true)
            {
                tool = null;
                var (wait, isIdle) = (Timeout.InfiniteTimeSpan, true);
                foreach (var one in _tools.Values)
                {
                    var left = one.Left(_limits, _closing);
                    if (left == TimeSpan.Zero && (tool is null || one.IsBefore(tool)))
                        tool = one;
                    wait = Sooner(wait, left);
                    isIdle &= one.IsEmpty || one.Failure is not null;
                }

                tool?.CopyTo(group, _limits.GroupEvents);
                if (tool is not null || _closing)
                    return tool is not null;
                if (isIdle && !_isTidy)
                {
                    var left = _limits.IdleBeforeTidy - Stopwatch.GetElapsedTime(_lastCommit);
                    if (left <= TimeSpan.Zero)
                        return true;
                    wait = Sooner(wait, left);
                }

                Monitor.Wait(_gate, wait);
            }
        }
    }

    static TimeSpan Sooner(TimeSpan one, TimeSpan other) =>
        one == Timeout.InfiniteTimeSpan || (other != Timeout.InfiniteTimeSpan && other < one) ? other : one;

    void Answer(ToolQueue tool)
    {
        while (NextQuestion(tool) is { } question)
            question.Answer();
    }

    Question? NextQuestion(ToolQueue tool)
    {
        lock (_gate)
            return tool.NextQuestion();
    }

    bool TryCommit(ToolQueue tool, List<JournaledBatch> batches)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var written = _store.Commit(tool.Tool, batches.ConvertAll(batch => batch.Batch));
            if (written.Count != batches.Count)
                throw new StoreException($"The store answered for {written.Count} of {batches.Count} batches.");
            for (var i = 0; i < batches.Count; i++)
            {
                if (written[i])
                    CountRows(tool, batches[i]);
            }
        }
        catch (Exception e) // the edge of the stage: the batches stay in the journal
        {
            Failed(tool, batches.Count, e);
            return false;
        }

        _counters.Committed(batches.Count, Stopwatch.GetElapsedTime(started));
        _isTidy = false;
        _lastCommit = Stopwatch.GetTimestamp();
        foreach (var batch in batches)
        {
            _journal.Done(batch);
            foreach (var rows in batch.Batch.Rows)
                _pool.Give(rows); // nobody reads them any more
        }

        lock (_gate)
        {
            foreach (var batch in batches)
            {
                _behind.Remove((tool.Tool, batch.Batch.Id));
                _memory.Give(batch.Bytes);
            }

            if (tool.Failure is not null)
                _log.CommitsWork(tool.Tool);
            tool.Committed(batches.Count);
            Monitor.PulseAll(_gate);
        }

        return true;
    }

    // Said once for each reason: it is tried again each second, and the disk may be full for a night.
    void Failed(ToolQueue tool, int batches, Exception e)
    {
        _counters.Failed();
        var reason = e is StoreException ? e.Message : e.GetType().Name + ".";
        lock (_gate)
        {
            if (e is StoreException && !string.Equals(tool.Failure, reason, StringComparison.Ordinal))
                _log.CommitFailed(tool.Tool, batches, reason);
            else if (tool.Failure is null)
                _log.CommitBroke(tool.Tool, batches, e.GetType().Name, e.StackTrace);
            tool.Failed(reason);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>What would else be done by a later start, while nothing comes.</summary>
    void TidyUp()
    {
        _journal.Close();
        _isTidy = true;
    }
}
