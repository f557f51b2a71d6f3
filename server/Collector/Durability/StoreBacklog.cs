// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Tallymark.Collector.Durability;

/// <summary>
/// Everything that is in the journal and not yet in the store, tool by tool, and whose turn it is. Producers add
/// batches and calls, wait for room, and see failures; one consumer, <see cref="StoreThread"/>, takes work.
/// Thread-safe.
/// </summary>
sealed class StoreBacklog(MemoryBudget memory, Limits limits)
{
    // Guarded by _gate, which is pulsed at each change.
    readonly object _gate = new();
    readonly Dictionary<string, ToolQueue> _tools = new(StringComparer.Ordinal);
    readonly HashSet<(string Tool, Guid Batch)> _ids = []; // of every batch that is queued or being committed
    bool _closing;

    /// <summary>How many events are in the journal and not yet in the store.</summary>
    public long Events
    {
        get
        {
            lock (_gate)
                return _tools.Values.Sum(tool => tool.Events);
        }
    }

    /// <summary>Whether the last commit of every tool succeeded.</summary>
    public bool IsHealthy
    {
        get
        {
            lock (_gate)
                return _tools.Values.All(tool => tool.Failure is null);
        }
    }

    /// <summary>The tools that ever had a batch or a call.</summary>
    public IReadOnlyList<string> Tools
    {
        get
        {
            lock (_gate)
                return [.. _tools.Keys];
        }
    }

    public long EventsOf(string tool)
    {
        lock (_gate)
            return _tools.TryGetValue(tool, out var queue) ? queue.Events : 0;
    }

    public bool Contains(string tool, Guid batch)
    {
        lock (_gate)
            return _ids.Contains((tool, batch));
    }

    /// <summary>Queues a batch that is in the journal.</summary>
    public void Add(JournaledBatch batch)
    {
        memory.ForceTake(batch.Bytes);
        lock (_gate)
        {
            _ids.Add((batch.Tool, batch.Batch.Id));
            var queue = QueueOf(batch.Tool);
            var wasEmpty = queue.IsEmpty;
            queue.Add(batch);
            if (wasEmpty || queue.TimeLeft(limits, _closing) == TimeSpan.Zero)
                Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Queues a call behind the batches of its tool.</summary>
    /// <exception cref="StoreException">Commits of the tool fail now.</exception>
    /// <exception cref="ObjectDisposedException">The backlog is closed.</exception>
    public void Add(string tool, StoreCall call)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, this);
            var queue = QueueOf(tool);
            if (queue.Failure is not null)
                throw queue.NotNow();
            queue.Add(call);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>
    /// Waits while the backlog is at <see cref="Limits.MaxBacklogBytes"/>. Tools whose commits fail are counted apart,
    /// up to the same bound.
    /// </summary>
    /// <returns>False: commits of this tool fail, and such tools hold too much already.</returns>
    public bool WaitForRoom(string tool)
    {
        lock (_gate)
        {
            var queue = QueueOf(tool);
            while (true)
            {
                var (healthy, failing) = (0L, 0L);
                foreach (var one in _tools.Values)
                {
                    if (one.Failure is null)
                        healthy += one.Bytes;
                    else
                        failing += one.Bytes;
                }

                if (queue.Failure is not null)
                    return failing <= limits.MaxBacklogBytes;
                if (healthy <= limits.MaxBacklogBytes)
                    return true;
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Refuses new calls. <see cref="Take"/> hands out what is queued, without delay, and then ends.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits for the next tool that has work, and copies the batches of its next commit.</summary>
    /// <param name="group">Filled with the batches; empty if only calls wait.</param>
    /// <param name="tool">The tool; null: nothing happened for so long that the caller should tidy up.</param>
    /// <param name="lastCommit">The time of the last commit, a timestamp of Stopwatch.</param>
    /// <param name="isTidy">There is nothing to tidy up.</param>
    /// <returns>False: the backlog is closed, and everything that the store accepts is in it.</returns>
    public bool Take(List<JournaledBatch> group, out ToolQueue? tool, long lastCommit, bool isTidy)
    {
        lock (_gate)
        {
            while (true)
            {
                tool = null;
                var (wait, isIdle) = (Timeout.InfiniteTimeSpan, true);
                foreach (var one in _tools.Values)
                {
                    var left = one.TimeLeft(limits, _closing);
                    if (left == TimeSpan.Zero && (tool is null || one.IsBefore(tool)))
                        tool = one;
                    wait = Shorter(wait, left);
                    isIdle &= one.IsEmpty || one.Failure is not null;
                }

                tool?.CopyTo(group, limits.MaxCommitEvents);
                if (tool is not null || _closing)
                    return tool is not null;
                if (isIdle && !isTidy)
                {
                    var left = limits.JournalIdleTime - Stopwatch.GetElapsedTime(lastCommit);
                    if (left <= TimeSpan.Zero)
                        return true;
                    wait = Shorter(wait, left);
                }

                Monitor.Wait(_gate, wait);
            }
        }
    }

    /// <summary>Takes the next call of a tool whose batches are all in the store; null: there is none.</summary>
    public StoreCall? TakeCall(ToolQueue tool)
    {
        lock (_gate)
            return tool.TakeCall();
    }

    /// <summary>Removes batches that are in the store.</summary>
    public void Committed(ToolQueue tool, List<JournaledBatch> batches)
    {
        lock (_gate)
        {
            foreach (var batch in batches)
            {
                _ids.Remove((tool.Tool, batch.Batch.Id));
                memory.Release(batch.Bytes);
            }

            tool.Committed(batches.Count);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A commit failed. Its batches stay queued; the calls that wait for them fail.</summary>
    public void Failed(ToolQueue tool, string reason)
    {
        lock (_gate)
        {
            tool.Failed(reason);
            Monitor.PulseAll(_gate);
        }
    }

    // Under the gate.
    ToolQueue QueueOf(string tool)
    {
        if (!_tools.TryGetValue(tool, out var queue))
            _tools.Add(tool, queue = new ToolQueue(tool));
        return queue;
    }

    static TimeSpan Shorter(TimeSpan one, TimeSpan other) =>
        one == Timeout.InfiniteTimeSpan || (other != Timeout.InfiniteTimeSpan && other < one) ? other : one;
}
