// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.Collector.Tests;

/// <summary>
/// The threads of the journal and of the store: duplicates, their order of waiting, and failures of either.
/// </summary>
public sealed class JournalThreadTests : IDisposable
{
    static readonly TimeSpan Never = TimeSpan.FromDays(1);

    readonly StringWriter _log = new(CultureInfo.InvariantCulture);
    readonly MemoryBudget _memory = new(64 * 1024 * 1024);
    readonly CommitCounters _writes = new();
    FakeStore _store = new();
    StoreThread? _stores;
    JournalThread? _journals;

    FakeJournal Journal => _store.Journal;

    public void Dispose()
    {
        Journal.Release();
        _store.Release();
        _journals?.Dispose();
        _stores?.Dispose();
    }

    [Fact]
    public async Task Waiting_batches_share_a_write()
    {
        Begin(new FakeStore { Journal = new FakeJournal { MayWrite = new SemaphoreSlim(0) } });
        var first = WriteAsync("first");
        await Journal.Begun.WaitAsync(TestContext.Current.CancellationToken);
        // They wait during the first write.
        var others = Enumerable.Range(0, 20).Select(i => WriteAsync($"{i}")).ToList();

        Journal.MayWrite.Release(2);

        Assert.Equal(WriteResult.Written, await first);
        Assert.All(await Task.WhenAll(others), result => Assert.Equal(WriteResult.Written, result));
        Assert.Equal((2, 20), (Journal.Writes, Journal.LargestGroup));
    }

    [Fact]
    public async Task A_batch_sent_twice_at_once_is_written_once_and_acknowledged_twice()
    {
        Begin(new FakeStore { Journal = new FakeJournal { MayWrite = new SemaphoreSlim(0) } });
        var first = WriteAsync("a");
        await Journal.Begun.WaitAsync(TestContext.Current.CancellationToken);
        var id = Guid.NewGuid();
        var both = new[] { WriteAsync("b", id), WriteAsync("b", id) }; // one group: the thread is busy
        Journal.Release();

        Assert.Equal(WriteResult.Written, await first);
        Assert.Equal([WriteResult.Written, WriteResult.Duplicate], await Task.WhenAll(both));
        await _stores!.FlushAsync();
        Assert.Equal(2, _store.Total());
    }

    [Fact]
    public async Task A_batch_on_its_way_to_the_store_makes_a_repeat_a_duplicate_but_not_the_same_id_of_another_tool()
    {
        Begin(new FakeStore { MayCommit = new SemaphoreSlim(0) });
        var id = Guid.NewGuid();
        Assert.Equal(WriteResult.Written, await WriteAsync("a", id));
        Assert.Equal(WriteResult.Duplicate, await WriteAsync("a", id)); // in the queue
        var flushed = _stores!.FlushAsync();
        await _store.Begun.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(WriteResult.Duplicate, await WriteAsync("a", id)); // being committed
        Assert.Equal(WriteResult.Written,
            await _journals!.WriteAsync(SampleRows.Batch("other", id, SampleRows.OfInstallations("a"))));
        _store.Release();
        await flushed;
        Assert.Equal(WriteResult.Duplicate, await WriteAsync("a", id)); // in the store
    }

    [Fact]
    public async Task A_call_sees_everything_acknowledged_before_without_waiting_for_the_commit_delay()
    {
        Begin(new FakeStore());
        for (var i = 1; i <= 5; i++)
        {
            Assert.Equal(WriteResult.Written, await WriteAsync("a"));
            Assert.Equal(1, _stores!.Backlog);
            Assert.Equal(i, await _stores.InvokeAsync(Some.Tool, _ => _store.Total()));
            Assert.Equal((0, 0, 0), (_stores.Backlog, _memory.Taken, Journal.Waiting));
        }
    }

    [Fact]
    public async Task Enough_events_for_a_commit_do_not_wait_for_more()
    {
        Begin(new FakeStore(), limits => limits with { CommitThresholdEvents = 10 });
        var ten = SampleRows.OfInstallations(Enumerable.Range(0, 10).Select(i => $"{i}"));
        Assert.Equal(WriteResult.Written, await _journals!.WriteAsync(SampleRows.Batch(Guid.NewGuid(), ten)));
        await _store.Begun.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task At_the_limit_of_the_backlog_nothing_more_is_acknowledged()
    {
        Begin(new FakeStore { MayCommit = new SemaphoreSlim(0) },
            limits => limits with { MaxBacklogBytes = 3 * SampleRows.BatchOf("a").Bytes });
        for (var i = 0; i < 4; i++)
            Assert.Equal(WriteResult.Written, await WriteAsync("a"));
        var fifth = WriteAsync("a");
        await _store.Begun.WaitAsync(TestContext.Current.CancellationToken); // half of that is enough for a commit
        Assert.Equal(4, Journal.Writes);
        Assert.False(fifth.IsCompleted);
        _store.Release();
        Assert.Equal(WriteResult.Written, await fifth);
        await _stores!.FlushAsync();
        Assert.Equal((5, 0), (_store.Total(), _memory.Taken));
    }

    [Fact]
    public async Task A_tool_whose_commits_fail_is_refused_at_its_limit_while_others_continue_and_nothing_is_lost()
    {
        Begin(new FakeStore { FailsFor = tool => tool == "bad" }, limits => limits with
        {
            MaxBacklogBytes = 3 * SampleRows.BatchOf("a").Bytes,
            WriteRetryDelay = TimeSpan.FromMilliseconds(1),
        });
        Assert.Equal(WriteResult.Written, await WriteAsync("a", tool: "bad"));
        await Assert.ThrowsAsync<StoreException>(() => _stores!.FlushAsync("bad"));
        Assert.False(_stores!.IsHealthy);
        for (var i = 0; i < 3; i++)
            Assert.Equal(WriteResult.Written, await WriteAsync("a", tool: "bad"));
        for (var i = 0; i < 3; i++)
            Assert.Equal(WriteResult.Failed, await WriteAsync("a", tool: "bad"));

        // At once, not after the next retry.
        var asked = _stores.InvokeAsync("bad", _ => true);
        Assert.True(asked.IsFaulted);
        Assert.Contains("Nothing is lost", (await Assert.ThrowsAsync<StoreException>(() => asked)).Message,
            StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreException>(() => _stores.DeleteAsync("bad", SampleRows.Tables, ["a"]));
        Assert.False(_journals!.TryEmpty());

        for (var i = 0; i < 20; i++)
            Assert.Equal(WriteResult.Written, await WriteAsync("a"));
        await _stores.FlushAsync(Some.Tool);
        Assert.Equal((20, 4), (_store.Total(), _stores.Backlog));
        Assert.True(_writes.Healthy); // the journal works

        _store.FailsFor = _ => false;
        while (!_stores.IsHealthy)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        await _stores.FlushAsync();
        Assert.Equal((24, 0, 0, 0), (_store.Total(), _stores.Backlog, _memory.Taken, Journal.Waiting));
        Assert.True(_journals.TryEmpty());
        Assert.Equal(WriteResult.Written, await WriteAsync("a", tool: "bad"));
        Assert.Single(_log.ToString().Split("Commit for bad failed").Skip(1)); // not once for each retry
        Assert.Contains("Commits for bad succeed again", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task If_the_store_can_not_look_up_the_batches_of_a_tool_only_that_tool_is_refused()
    {
        Begin(new FakeStore
        {
            MayNotAsk = tool => tool == "bad",
            Journal = new FakeJournal { MayWrite = new SemaphoreSlim(0) }
        });
        var first = WriteAsync("a");
        await Journal.Begun.WaitAsync(TestContext.Current.CancellationToken);
        var group = new[] { WriteAsync("a"), WriteAsync("a", tool: "bad"), WriteAsync("a") };
        Journal.Release();
        Assert.Equal(WriteResult.Written, await first);
        Assert.Equal([WriteResult.Written, WriteResult.Failed, WriteResult.Written], await Task.WhenAll(group));
    }

    [Fact]
    public async Task A_failed_write_refuses_its_batches_and_the_journal_recovers_without_another_batch()
    {
        var isFull = true;
        Begin(
            new FakeStore { Journal = new FakeJournal { Fails = _ => Volatile.Read(ref isFull) } },
            limits => limits with { WriteRetryDelay = TimeSpan.FromMilliseconds(1) });
        var id = Guid.NewGuid();
        for (var i = 0; i < 3; i++)
            Assert.Equal(WriteResult.Failed, await WriteAsync("a", id));
        Assert.False(_writes.Healthy);
        Volatile.Write(ref isFull, false);
        while (!_writes.Healthy)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        Assert.Equal(WriteResult.Written, await WriteAsync("a", id));
        Assert.Single(_log.ToString().Split("The journal can't be written").Skip(1));
        Assert.Contains("3 batches were refused meanwhile", _log.ToString(), StringComparison.Ordinal);
        await _stores!.FlushAsync();
        Assert.Equal((1, 0), (_store.Total(), _memory.Taken));
    }

    [Fact]
    public async Task Rows_deleted_between_acknowledgement_and_commit_count_as_removed()
    {
        Begin(new FakeStore());
        Assert.Equal(0, await _stores!.RemovedAsync(Some.Tool));
        await _journals!.WriteAsync(SampleRows.Batch(Guid.NewGuid(), SampleRows.OfInstallations("a", "a", "b")));
        _store.Delete(Some.Tool, SampleRows.Tables, ["a"]);
        Assert.Equal(2, await _stores.RemovedAsync(Some.Tool));
        Assert.Equal(0, await _stores.RemovedAsync(Some.Tool));
        Assert.Equal(1, _store.Total());

        // Later events of this installation are not even journaled.
        var later = SampleRows.Batch(Guid.NewGuid(), SampleRows.OfInstallations("a", "b"));
        await _journals.WriteAsync(later);
        Assert.Equal(1, later.Sum!.Stored);
        Assert.Equal(0, await _stores.RemovedAsync(Some.Tool));
    }

    [Fact]
    public async Task A_stop_commits_everything_acknowledged_and_leaves_in_the_journal_what_the_store_refuses()
    {
        Begin(new FakeStore { FailsFor = tool => tool == "bad" });
        await WriteAsync("a");
        await WriteAsync("a", tool: "bad");
        await Assert.ThrowsAsync<StoreException>(() => _stores!.FlushAsync("bad"));
        await WriteAsync("b", tool: "bad");
        Dispose();
        Assert.Equal((1, 2), (_store.Total(), Journal.Waiting));
        Assert.True(_store.Disposed);
        Assert.Contains("The store did not accept 2 events", _log.ToString(), StringComparison.Ordinal);
        Assert.Equal(WriteResult.Failed, await WriteAsync("a"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _stores!.FlushAsync());
    }

    [Fact]
    public async Task The_store_stays_open_while_a_reader_may_make_further_calls()
    {
        Begin(new FakeStore());
        using var reading = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var reader = Task.Run(() => _stores!.Readers.Read(store =>
        {
            reading.Set();
            goOn.Wait(TestContext.Current.CancellationToken);
            _stores.FlushAsync(Some.Tool).GetAwaiter().GetResult();
            return ((FakeStore)store).Disposed;
        }), TestContext.Current.CancellationToken);
        reading.Wait(TestContext.Current.CancellationToken);
        var stopped = Task.Run(Dispose, TestContext.Current.CancellationToken);
        await WaitUntilStoppedAsync();
        Assert.False(_store.Disposed);
        goOn.Set();
        Assert.False(await reader);
        await stopped;
        Assert.True(_store.Disposed);
    }

    [Fact]
    public async Task Bytes_of_deleted_journal_files_are_removed_from_the_disk()
    {
        using var folder = new TempFolder();
        using var logTo = new StandardErrorLog(_log, TimeProvider.System, new LogStyle());
        var files = new JournalFiles(folder["journal"], 16 * 1024 * 1024,
            logTo.CreateLogger(StandardErrorLog.Category));
        Begin(new FakeStore(), journal: files);
        var mine = new string('a', 64);
        for (var i = 0; i < 3; i++)
        {
            await WriteAsync(mine);
            Assert.Contains(Directory.GetFiles(folder["journal"]), path => File.ReadAllText(path)
                .Contains(mine, StringComparison.Ordinal));
            Assert.True(_journals!.TryEmpty());
            Assert.Empty(Directory.GetFiles(folder["journal"]));
        }
    }

    async Task WaitUntilStoppedAsync()
    {
        while (true)
        {
            try
            {
                _stores!.Readers.Read(_ => true);
                await Task.Yield();
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    Task<WriteResult> WriteAsync(string installation, Guid? id = null, string tool = Some.Tool) =>
        _journals!.WriteAsync(SampleRows.Batch(tool, id ?? Guid.NewGuid(), SampleRows.OfInstallations(installation)));

    void Begin(FakeStore store, Func<Limits, Limits>? with = null, IJournal? journal = null)
    {
        _store = store;
        var limits = new Limits { MaxCommitDelay = Never, WriteRetryDelay = Never };
        limits = with?.Invoke(limits) ?? limits;
        var log = new StandardErrorLog(_log, TimeProvider.System, new LogStyle())
            .CreateLogger(StandardErrorLog.Category);
        _stores = new StoreThread(store, journal
            ?? store.Journal, new RowPool(limits), _memory, limits, new CommitCounters(), log);
        _journals = new JournalThread(journal ?? store.Journal, _stores, limits, _writes, log);
    }
}
