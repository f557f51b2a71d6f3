// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Durability;

/// <summary>
/// The only thread that writes to the store; the store's calls block. For each tool it waits until there are enough
/// batches for a commit, or until the first has waited <see cref="Limits.MaxCommitDelay"/>. A call waits until
/// everything acknowledged before it is in the store. A failed commit is retried until it succeeds: its batches are
/// safe in the journal. Members are thread-safe.
/// </summary>
sealed class StoreThread : IDisposable
{
    readonly IEventStore _store;
    readonly IJournal _journal;
    readonly RowPool _pool;
    readonly CommitCounters _counters;
    readonly ILogger _log;
    readonly StoreBacklog _backlog;
    readonly Thread _thread;

    readonly RemovedRows _removed = new();

    // Of the store's thread only.
    bool _isTidy = true;
    long _lastCommit; // a timestamp of Stopwatch

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
        _backlog = new StoreBacklog(memory, limits);
        Readers = new StoreReaders(store);
        _thread = new Thread(Run) { Name = "store", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Reads the store on the caller's thread.</summary>
    public StoreReaders Readers { get; }

    /// <summary>How many events are in the journal and not yet in the store.</summary>
    public long Backlog => _backlog.Events;

    /// <summary>Whether the last commit of every tool succeeded.</summary>
    public bool IsHealthy => _backlog.IsHealthy;

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

        return _store.IsNew(batch.Tool, batch.Batch);
    }

    /// <summary>Queues a batch that is in the journal.</summary>
    public void Enqueue(JournaledBatch batch) => _backlog.Add(batch);

    /// <summary>
    /// Waits while the store lags behind the journal by more than <see cref="Limits.MaxBacklogBytes"/>.
    /// </summary>
    /// <returns>False: the store does not accept batches of this tool now, and the backlog has no room for
    /// more.</returns>
    public bool WaitForRoom(string tool) => _backlog.WaitForRoom(tool);

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
            _lastCommit = Stopwatch.GetTimestamp();
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

    /// <summary>
    /// Commits the backlog, closes the store and the journal, and ends the thread. Batches that the store does not
    /// accept stay in the journal.
    /// </summary>
    public void Dispose()
    {
        Readers.StopAndWait(); // first: a reader may make calls
        _backlog.Close();
        _thread.Join();
    }

    void Run()
    {
        var group = new List<JournaledBatch>();
        while (_backlog.Take(group, out var tool, _lastCommit, _isTidy))
        {
            if (tool is null)
                TidyUp();
            else if (group.Count == 0 || TryCommit(tool, group))
                RunCalls(tool);
            group.Clear();
        }

        _journal.Close();
        if (_backlog.Events is var left and > 0)
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

    void RunCalls(ToolQueue tool)
    {
        while (_backlog.TakeCall(tool) is { } call)
            call.Run(_store);
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
                    _removed.Committed(tool.Tool, batches[i]);
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
                _pool.Return(rows);
        }

        if (tool.Failure is not null)
            _log.CommitsWork(tool.Tool);
        _backlog.Committed(tool, batches);
        return true;
    }

    // Logged once for each reason: the commit is retried every second, and a disk may be full for a night.
    void Failed(ToolQueue tool, int batches, Exception e)
    {
        _counters.Failed();
        var reason = e is StoreException ? e.Message : e.GetType().Name + ".";
        if (e is StoreException && !string.Equals(tool.Failure, reason, StringComparison.Ordinal))
            _log.CommitFailed(tool.Tool, batches, reason);
        else if (tool.Failure is null)
            _log.CommitBroke(tool.Tool, batches, e.GetType().Name, e.StackTrace);
        _backlog.Failed(tool, reason);
    }

    // While the store is idle: what would otherwise be left to the next start.
    void TidyUp()
    {
        _journal.Close();
        _isTidy = true;
    }
}
