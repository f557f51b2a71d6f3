// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Durability;

/// <summary>
/// The thread that writes to the store; the store's calls block. For each tool it waits until there are enough
/// batches for a commit, or until the first has waited <see cref="Limits.MaxCommitDelay"/>. A call waits until
/// everything acknowledged before it is in the store. A failed commit is retried until it succeeds: its batches are
/// safe in the journal. A tool with a step that takes longer than <see cref="Limits.MaxTurnTime"/> keeps that thread
/// for this step, and a new one serves the others. Members are thread-safe.
/// </summary>
sealed class StoreThread : IDisposable
{
    // Beyond that it is not one tool, but the disk of all.
    const int MaxThreadsApart = 8;

    readonly IEventStore _store;
    readonly IJournal _journal;
    readonly RowPool _pool;
    readonly CommitCounters _counters;
    readonly ILogger _log;
    readonly StoreBacklog _backlog;
    readonly Limits _limits;
    readonly RemovedRows _removed = new();
    readonly Timer _watch;
    readonly ManualResetEventSlim _ended = new();

    // Written by the store's thread, and by one that was stuck.
    volatile bool _isTidy = true;
    long _lastCommit; // a timestamp of Stopwatch

    // Guarded by _turns.
    readonly Lock _turns = new();
    Turn? _turn; // of the thread that serves the tools; null: it waits
    int _apart; // threads that a tool keeps

    /// <summary>Starts the thread. It owns the store and the journal, and disposes them at its end.</summary>
    public StoreThread(
        IEventStore store, IJournal journal, RowPool pool, MemoryBudget memory, Limits limits, CommitCounters counters,
        ILogger log)
    {
        _store = store;
        _journal = journal;
        _pool = pool;
        _counters = counters;
        _log = log;
        _limits = limits;
        _backlog = new StoreBacklog(memory, limits);
        _watch = new Timer(_ => TakeOver());
        Readers = new StoreReaders(store);
        StartThread();
    }

    /// <summary>Reads the store on the caller's thread.</summary>
    public StoreReaders Readers { get; }

    /// <summary>How many events are in the journal and not yet in the store.</summary>
    public long Backlog => _backlog.Events;

    /// <summary>Whether the last commit of every tool succeeded.</summary>
    public bool IsHealthy => _backlog.IsHealthy;

    /// <summary>The tools with a step that has taken longer than <see cref="Limits.MaxStoreTime"/>.</summary>
    public IReadOnlyList<string> Stuck => _backlog.Stuck;

    /// <summary>How many events of a tool are in the journal and not yet in the store.</summary>
    public long BacklogOf(string tool) => _backlog.EventsOf(tool);

    /// <summary>
    /// Whether a batch is new: neither in the store, nor in the backlog, nor among others that are about to be. Removes
    /// the rows of deleted installations from it.
    /// </summary>
    /// <exception cref="StoreException">The store can't tell.</exception>
    public bool IsNew(JournaledBatch batch, List<JournaledBatch> others)
    {
        // In this order: a committed batch is in the store before it leaves the backlog.
        if (_backlog.Contains(batch.Tool, batch.Batch.Id))
            return false;
        foreach (var other in others)
        {
            if (other.Batch.Id == batch.Batch.Id && string.Equals(other.Tool, batch.Tool, StringComparison.Ordinal))
                return false;
        }

        if (!_store.IsOpen(batch.Tool))
            Open(batch.Tool);
        return _store.IsNew(batch.Tool, batch.Batch);
    }

    /// <summary>Queues a batch that is in the journal.</summary>
    public void Enqueue(JournaledBatch batch) => _backlog.Add(batch);

    /// <summary>
    /// Waits while the store lags behind the journal by more than <see cref="Limits.MaxBacklogBytes"/>.
    /// </summary>
    /// <param name="tool">The tool of the next batch.</param>
    /// <param name="maxWait">How long it waits at most; default: without a bound.</param>
    /// <returns>False: the store does not accept batches of this tool now, and the backlog has no room for
    /// more.</returns>
    public bool WaitForRoom(string tool, TimeSpan? maxWait = null) => _backlog.WaitForRoom(tool, maxWait);

    /// <summary>Waits until everything of a tool that was acknowledged is in the store.</summary>
    /// <exception cref="StoreException">The store does not accept it now.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public Task FlushAsync(string tool) => InvokeAsync(tool, static _ => true);

    /// <summary>Waits until everything that was acknowledged is in the store.</summary>
    public Task FlushAsync() => Task.WhenAll(_backlog.Tools.Select(FlushAsync));

    /// <summary>
    /// Calls the store on its thread, between two commits, once everything of the tool that was acknowledged is in it.
    /// </summary>
    /// <exception cref="StoreException">As the store says; at once while commits of the tool fail.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public Task<T> InvokeAsync<T>(string tool, Func<IEventStore, T> call)
    {
        var queued = new StoreCall<T>(call);
        try
        {
            _backlog.Add(tool, queued);
        }
        catch (StoreException e)
        {
            return Task.FromException<T>(e);
        }

        return queued.Result;
    }

    /// <summary>Deletes installations, between two commits. Later batches are filtered for them.</summary>
    /// <returns>
    /// How many rows left the store. For the totals only: nothing that a client can see may depend on it.
    /// </returns>
    /// <exception cref="StoreException">As the store says.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public Task<long> DeleteAsync(string tool, IReadOnlyList<Table> tables, IReadOnlyList<string> installations) =>
        InvokeAsync(tool, store =>
        {
            var before = _removed.Count(tool, store);
            store.Delete(tool, tables, installations);
            _isTidy = false;
            Volatile.Write(ref _lastCommit, Stopwatch.GetTimestamp());
            return before + _removed.Count(tool, store);
        });

    /// <summary>
    /// How many rows have left the store since the last call, apart from those that <see cref="DeleteAsync"/> told.
    /// </summary>
    /// <exception cref="StoreException">As the store says.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public Task<long> RemovedAsync(string tool) => InvokeAsync(tool, store => _removed.Count(tool, store));

    /// <summary>The store has so many rows of a tool, for the next <see cref="RemovedAsync"/>.</summary>
    public void ExpectRows(string tool, long rows) => _removed.Expect(tool, rows);

    /// <summary>Advice for the operator about the memory for these tables; null: none.</summary>
    public string? MemoryNote(IReadOnlyList<Table> tables) => _store.MemoryNote(tables);

    /// <summary>The size of a tool's data; also after the store was closed.</summary>
    public StoreSize SizeOf(string tool) => _store.Size(tool);

    /// <summary>The collector begins to stop: readers end, and no call waits for a slow tool. Commits go on.</summary>
    public void Stop()
    {
        Readers.Stop();
        _backlog.Stop();
    }

    /// <summary>
    /// Commits the backlog, closes the store and the journal, and ends the thread. Batches that the store does not
    /// accept, or not within <see cref="Limits.MaxLastCommitTime"/>, stay in the journal.
    /// </summary>
    public void Dispose()
    {
        _backlog.Stop();
        Readers.StopAndWait(); // first: a reader may make calls
        _backlog.Close();
        _ended.Wait();
        _watch.Dispose();
    }

    // A test may allow a step less than that in all.
    TimeSpan MaxTurnTime => _limits.MaxTurnTime < _limits.MaxStoreTime ? _limits.MaxTurnTime : _limits.MaxStoreTime;

    void StartThread() => new Thread(Run) { Name = "store", IsBackground = true }.Start();

    void Run()
    {
        var group = new List<JournaledBatch>();
        while (_backlog.Take(group, out var tool, Volatile.Read(ref _lastCommit), _isTidy))
        {
            if (tool is null)
            {
                TidyUp();
                continue;
            }

            var turn = new Turn(tool);
            if (group.Count == 0 || TryCommit(turn, group))
                RunCalls(turn);
            group.Clear();
            if (!TryEnd(turn))
                return; // another thread serves the tools now
        }

        Close();
        _ended.Set();
    }

    void Close()
    {
        _journal.Close();
        if (_backlog.Events is var left and > 0)
            _log.StaysInJournal(left);
        // The files of such a tool may never close: the end of the process closes them, and the next start reads their
        // logs.
        var apart = _backlog.Apart;
        foreach (var tool in apart)
            _store.Interrupt(tool.Tool);
        var isFast = apart.Count == 0 && _backlog.IsHealthy;
        var closing = Task.Factory.StartNew(_store.Dispose, TaskCreationOptions.LongRunning);
        try
        {
            if (!closing.Wait(isFast ? _limits.MaxCloseTime : _limits.MaxLastCommitTime))
                _log.StoreDidNotClose("a tool's files take long to close. The next start reads their log.");
        }
        catch (AggregateException e) when (e.InnerException is StoreException inner)
        {
            _log.StoreDidNotClose(inner.Message);
        }

        _journal.Dispose();
    }

    void RunCalls(Turn turn)
    {
        while (!turn.IsTaken && _backlog.TakeCall(turn.Tool) is { } call)
        {
            Begin(turn, call);
            call.Run(_store);
        }
    }

    // A step begins: a commit, or a call.
    void Begin(Turn turn, StoreCall? call)
    {
        lock (_turns)
        {
            turn.Call = call;
            if (turn.IsTaken)
                return;
            (_turn, turn.Started) = (turn, Stopwatch.GetTimestamp());
            _watch.Change(MaxTurnTime, Timeout.InfiniteTimeSpan);
        }
    }

    // False: another thread serves the tools, and this one ends.
    bool TryEnd(Turn turn)
    {
        lock (_turns)
        {
            if (!turn.IsTaken)
            {
                _turn = null;
                _watch.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return true;
            }

            _apart--;
            turn.HasEnded = true;
            turn.Overdue!.Dispose();
            _backlog.SetFree(turn.Tool);
        }

        if (turn.IsStuck)
            _log.ToolFree(turn.Tool.Tool);
        return false;
    }

    // On a thread of the timer: the step has had its time.
    void TakeOver()
    {
        lock (_turns)
        {
            if (_turn is not { } turn)
                return;
            var left = MaxTurnTime - Stopwatch.GetElapsedTime(turn.Started);
            if (left > TimeSpan.Zero || _apart == MaxThreadsApart)
            {
                _watch.Change(left > TimeSpan.Zero ? left : MaxTurnTime, Timeout.InfiniteTimeSpan);
                return;
            }

            (_turn, turn.IsTaken) = (null, true);
            _apart++;
            _backlog.SetApart(turn.Tool);
            var rest = _limits.MaxStoreTime - Stopwatch.GetElapsedTime(turn.Started);
            turn.Overdue = new Timer(_ => SetStuck(turn));
            turn.Overdue.Change(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        StartThread();
    }

    // On a thread of the timer: the step has taken too long.
    void SetStuck(Turn turn)
    {
        StoreException reason;
        lock (_turns)
        {
            if (turn.HasEnded)
                return;
            turn.IsStuck = true;
            reason = _backlog.SetStuck(turn.Tool);
        }

        _log.ToolStuck(turn.Tool.Tool, (long)_limits.MaxStoreTime.TotalSeconds);
        if (turn.Call is { } call)
            call.Fail(reason);
        else
            _store.Interrupt(turn.Tool.Tool); // the commit is tried again with fewer batches
    }

    // Opening files can hang, and the journal's thread must not.
    void Open(string tool)
    {
        if (_backlog.Apart.Any(one => one.Tool == tool))
            throw new StoreException($"The files of {tool} are not open yet.");
        try
        {
            var nothing = new StoredBatch(Guid.NewGuid(), 0, []);
            _ = InvokeAsync(tool, s => s.IsNew(tool, nothing)).WaitAsync(_limits.MaxOpenTime).GetAwaiter()
                .GetResult();
        }
        catch (TimeoutException e)
        {
            throw new StoreException($"The files of {tool} are not open yet.", e);
        }
    }

    bool TryCommit(Turn turn, List<JournaledBatch> batches)
    {
        var tool = turn.Tool;
        Begin(turn, call: null);
        var started = Stopwatch.GetTimestamp();
        try
        {
            var written = _store.Commit(tool.Tool, batches.ConvertAll(batch => batch.Batch));
            if (written.Count != batches.Count)
                throw new StoreException($"The store answered for {written.Count} of {batches.Count} batches.");
            for (var i = 0; i < batches.Count; i++)
            {
                if (written[i])
                    _removed.Committed(tool.Tool, batches[i]);
            }
        }
        catch (Exception e) // the edge of the stage: the batches stay in the journal
        {
            Failed(tool, batches.Count, e, Stopwatch.GetElapsedTime(started));
            return false;
        }

        _counters.Committed(batches.Count, Stopwatch.GetElapsedTime(started));
        _isTidy = false;
        Volatile.Write(ref _lastCommit, Stopwatch.GetTimestamp());
        foreach (var batch in batches)
        {
            _journal.Done(batch);
            foreach (var rows in batch.Batch.Rows)
                _pool.Return(rows);
        }

        if (tool.Failure is not null)
            _log.CommitsWork(tool.Tool);
        _backlog.Committed(tool, batches);
        return true;
    }

    // Logged once for each reason: the commit is retried again and again, and a disk may be full for a night.
    void Failed(ToolQueue tool, int batches, Exception e, TimeSpan after)
    {
        _counters.Failed();
        var reason = e is StoreException ? e.Message : e.GetType().Name + ".";
        if (e is StoreException && !string.Equals(tool.Failure, reason, StringComparison.Ordinal))
            _log.CommitFailed(tool.Tool, batches, reason);
        else if (tool.Failure is null)
            _log.CommitBroke(tool.Tool, batches, e.GetType().Name, e.StackTrace);
        _backlog.Failed(tool, reason, after);
    }

    // While the store is idle: what would otherwise be left to the next start.
    void TidyUp()
    {
        _journal.Close();
        _isTidy = true;
    }

    /// <summary>The steps of one tool until the next tool's turn. Guarded by the lock of the turns.</summary>
    sealed class Turn(ToolQueue tool)
    {
        public ToolQueue Tool => tool;

        /// <summary>The step; null: a commit.</summary>
        public StoreCall? Call { get; set; }

        /// <summary>When the step began, a timestamp of Stopwatch.</summary>
        public long Started { get; set; }

        /// <summary>Whether another thread serves the other tools.</summary>
        public bool IsTaken { get; set; }

        /// <summary>Whether the step took too long.</summary>
        public bool IsStuck { get; set; }

        /// <summary>Whether it has ended.</summary>
        public bool HasEnded { get; set; }

        /// <summary>Finds that the step takes too long; null: it is not taken.</summary>
        public Timer? Overdue { get; set; }
    }
}
