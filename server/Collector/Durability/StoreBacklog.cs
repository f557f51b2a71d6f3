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
    const int MaxDelayFactor = 8;

    // Guarded by _gate, which is pulsed at each change.
    readonly object _gate = new();
    readonly Dictionary<string, ToolQueue> _tools = new(StringComparer.Ordinal);
    readonly HashSet<(string Tool, Guid Batch)> _ids = []; // of every batch that is queued or being committed
    bool _stopping;
    bool _closing;
    long _closingSince; // a timestamp of Stopwatch: since then only slow tools are left; 0: others are

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
                return _tools.Values.All(tool => !tool.Waits);
        }
    }

    /// <summary>The tools with a step that takes too long, by name.</summary>
    public IReadOnlyList<string> Stuck
    {
        get
        {
            lock (_gate)
            {
                var stuck = _tools.Values.Where(tool => tool.IsStuck).Select(tool => tool.Tool);
                return [.. stuck.Order(StringComparer.Ordinal)];
            }
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
            if (wasEmpty || queue.IsFull(limits))
                Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Queues a call behind the batches of its tool.</summary>
    /// <exception cref="StoreException">Commits of the tool fail now, or are slow during a stop.</exception>
    /// <exception cref="ObjectDisposedException">The backlog is closed.</exception>
    public void Add(string tool, StoreCall call)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, this);
            var queue = QueueOf(tool);
            if (queue.Waits || (_stopping && queue.IsSlow))
                throw queue.NotNow();
            queue.Add(call);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>
    /// Waits while the backlog is at <see cref="Limits.MaxBacklogBytes"/>. Tools whose commits fail or are slow are
    /// counted apart, up to the same bound.
    /// </summary>
    /// <param name="tool">The tool of the next batch.</param>
    /// <param name="maxWait">How long it waits at most; default: without a bound.</param>
    /// <returns>
    /// False: commits of this tool fail or are slow, and such tools hold too much already, or there is no room yet.
    /// </returns>
    public bool WaitForRoom(string tool, TimeSpan? maxWait = null)
    {
        var started = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            var queue = QueueOf(tool);
            while (true)
            {
                var (healthy, failing) = (0L, 0L);
                foreach (var one in _tools.Values)
                {
                    if (one.Waits || one.IsSlow)
                        failing += one.Bytes;
                    else
                        healthy += one.Bytes;
                }

                if (queue.Waits || queue.IsSlow)
                    return failing <= limits.MaxBacklogBytes;
                if (healthy <= limits.MaxBacklogBytes)
                    return true;
                if (maxWait is not { } max)
                    Monitor.Wait(_gate);
                else if (max - Stopwatch.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
                    Monitor.Wait(_gate, left);
                else
                    return false;
            }
        }
    }

    /// <summary>The collector begins to stop: no call waits for a slow tool any more.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            foreach (var queue in _tools.Values.Where(queue => queue.IsSlow))
                queue.FailCalls();
        }
    }

    /// <summary>
    /// Refuses new calls. <see cref="Take"/> hands out what is queued, without delay, and then ends; it waits for slow
    /// tools up to <see cref="Limits.MaxLastCommitTime"/>.
    /// </summary>
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
                var (wait, isIdle, isApart, maxDelay) = (Timeout.InfiniteTimeSpan, true, false, MaxDelay());
                foreach (var one in _tools.Values)
                {
                    var left = one.TimeLeft(limits, maxDelay, _closing);
                    if (left == TimeSpan.Zero && (tool is null || one.IsBefore(tool)))
                        tool = one;
                    wait = Shorter(wait, left);
                    isIdle &= one.IsEmpty || one.Waits;
                    isApart |= one.IsApart && !one.IsStuck;
                }

                tool?.CopyTo(group, limits.MaxCommitEvents);
                if (tool is not null)
                    return true;
                if (_closing)
                {
                    if (!isApart || LastCommitTime() is var rest && rest <= TimeSpan.Zero)
                        return false;
                    wait = rest;
                }
                else if (isIdle && !isTidy)
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

    /// <summary>
    /// A thread of its own runs a step of the tool: no other is taken until <see cref="SetFree"/>.
    /// </summary>
    public void SetApart(ToolQueue tool)
    {
        lock (_gate)
        {
            tool.SetApart();
            if (_stopping)
                tool.FailCalls();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The tools with a step on a thread of their own.</summary>
    public IReadOnlyList<ToolQueue> Apart
    {
        get
        {
            lock (_gate)
                return [.. _tools.Values.Where(tool => tool.IsApart)];
        }
    }

    /// <summary>That step takes too long.</summary>
    /// <returns>The exception for the step's own caller.</returns>
    public StoreException SetStuck(ToolQueue tool)
    {
        lock (_gate)
        {
            tool.SetStuck();
            Monitor.PulseAll(_gate);
            return tool.NotNow();
        }
    }

    /// <summary>That step has ended.</summary>
    public void SetFree(ToolQueue tool)
    {
        lock (_gate)
        {
            tool.SetFree();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A commit failed after a time. Its batches stay queued; the calls that wait for them fail.</summary>
    public void Failed(ToolQueue tool, string reason, TimeSpan after)
    {
        lock (_gate)
        {
            tool.Failed(reason, after);
            Monitor.PulseAll(_gate);
        }
    }

    // Under the gate. Measured with 20 tools and 100 events per second each: a commit of 50 events costs 850 bytes an
    // event in the log, and as much memory until the part is sealed; one of 250 events a third of that.
    TimeSpan MaxDelay()
    {
        var waiting = _tools.Values.Count(tool => !tool.IsEmpty && !tool.Waits);
        return limits.MaxCommitDelay * Math.Clamp((double)waiting / limits.CommitsPerDelay, 1, MaxDelayFactor);
    }

    // Under the gate. The remaining time for slow tools; it begins when only they have work.
    TimeSpan LastCommitTime()
    {
        if (_closingSince == 0)
            _closingSince = Stopwatch.GetTimestamp();
        return limits.MaxLastCommitTime - Stopwatch.GetElapsedTime(_closingSince);
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
