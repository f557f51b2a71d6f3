// SPDX-License-Identifier: MIT
// Between the journal and the store: what is a duplicate, what waits for what, and what happens while one of the two fails.

using System.Globalization;

namespace Tallymark.Collector.Tests;

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
    public async Task Batches_that_wait_share_a_write()
    {
        Begin(new FakeStore { Journal = new FakeJournal { MayWrite = new SemaphoreSlim(0) } });
        var first = WriteAsync("first");
        await Journal.Begun.WaitAsync(TestContext.Current.CancellationToken);
        var others = Enumerable.Range(0, 20).Select(i => WriteAsync($"{i}")).ToList(); // they wait when it returns

        Journal.MayWrite.Release(2);

        Assert.Equal(WriteResult.Written, await first);
        Assert.All(await Task.WhenAll(others), result => Assert.Equal(WriteResult.Written, result));
        Assert.Equal((2, 20), (Journal.Writes, Journal.LargestGroup));
    }

    [Fact]
    public async Task A_batch_that_is_sent_twice_at_once_is_written_once_and_acknowledged_twice()
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
    public async Task One_that_is_on_its_way_to_the_store_is_a_duplicate_too_and_the_same_id_of_another_tool_is_none()
    {
        Begin(new FakeStore { MayCommit = new SemaphoreSlim(0) });
        var id = Guid.NewGuid();
        Assert.Equal(WriteResult.Written, await WriteAsync("a", id));
        Assert.Equal(WriteResult.Duplicate, await WriteAsync("a", id)); // in the queue
        var flushed = _stores!.FlushAsync();
        await _store.Begun.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(WriteResult.Duplicate, await WriteAsync("a", id)); // being committed
        Assert.Equal(WriteResult.Written, await _journals!.WriteAsync(SomeRows.Batch("other", id, SomeRows.OfInstallations("a"))));
        _store.Release();
        await flushed;
        Assert.Equal(WriteResult.Duplicate, await WriteAsync("a", id)); // in the store
    }

    [Fact]
    public async Task Who_asks_sees_what_was_acknowledged_before_however_long_it_would_have_waited()
    {
        Begin(new FakeStore());
        for (var i = 1; i <= 5; i++)
        {
            Assert.Equal(WriteResult.Written, await WriteAsync("a"));
            Assert.Equal(1, _stores!.Behind);
            Assert.Equal(i, await _stores.AskAsync(Some.Tool, _ => _store.Total()));
            Assert.Equal((0, 0, 0), (_stores.Behind, _memory.Taken, Journal.Waiting));
        }
    }

    [Fact]
    public async Task As_many_events_as_are_loaded_at_once_do_not_wait_for_more()
    {
        Begin(new FakeStore(), limits => limits with { LoadEvents = 10 });
        var ten = SomeRows.OfInstallations(Enumerable.Range(0, 10).Select(i => $"{i}"));
        Assert.Equal(WriteResult.Written, await _journals!.WriteAsync(SomeRows.Batch(Guid.NewGuid(), ten)));
        await _store.Begun.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task While_the_store_is_as_far_behind_as_it_may_be_nothing_more_is_acknowledged()
    {
        Begin(new FakeStore { MayCommit = new SemaphoreSlim(0) }, limits => limits with { BehindBytes = 3 * SomeRows.BatchOf("a").Bytes });
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
    public async Task A_tool_whose_commits_fail_fills_its_part_and_is_refused_then_and_others_go_on_and_nothing_is_lost()
    {
        Begin(new FakeStore { FailsFor = tool => tool == "bad" }, limits => limits with
        {
            BehindBytes = 3 * SomeRows.BatchOf("a").Bytes,
            RetryCommit = TimeSpan.FromMilliseconds(1),
        });
        Assert.Equal(WriteResult.Written, await WriteAsync("a", tool: "bad"));
        await Assert.ThrowsAsync<StoreException>(() => _stores!.FlushAsync("bad"));
        Assert.False(_stores!.IsHealthy);
        for (var i = 0; i < 3; i++)
            Assert.Equal(WriteResult.Written, await WriteAsync("a", tool: "bad"));
        for (var i = 0; i < 3; i++)
            Assert.Equal(WriteResult.Failed, await WriteAsync("a", tool: "bad"));

        // At once, not after the next try.
        var asked = _stores.AskAsync("bad", _ => true);
        Assert.True(asked.IsFaulted);
        Assert.Contains("Nothing is lost", (await Assert.ThrowsAsync<StoreException>(() => asked)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreException>(() => _stores.DeleteAsync("bad", SomeRows.Tables, ["a"]));
        Assert.False(_journals!.TryEmpty());

        for (var i = 0; i < 20; i++)
            Assert.Equal(WriteResult.Written, await WriteAsync("a"));
        await _stores.FlushAsync(Some.Tool);
        Assert.Equal((20, 4), (_store.Total(), _stores.Behind));
        Assert.True(_writes.Healthy); // the journal is well

        _store.FailsFor = _ => false;
        while (!_stores.IsHealthy)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        await _stores.FlushAsync();
        Assert.Equal((24, 0, 0, 0), (_store.Total(), _stores.Behind, _memory.Taken, Journal.Waiting));
        Assert.True(_journals.TryEmpty());
        Assert.Equal(WriteResult.Written, await WriteAsync("a", tool: "bad"));
        Assert.Single(_log.ToString().Split("Commit for bad failed").Skip(1)); // and not once a try
        Assert.Contains("Commits for bad work again", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_of_which_the_store_can_not_be_asked_is_refused_and_no_other()
    {
        Begin(new FakeStore { MayNotAsk = tool => tool == "bad", Journal = new FakeJournal { MayWrite = new SemaphoreSlim(0) } });
        var first = WriteAsync("a");
        await Journal.Begun.WaitAsync(TestContext.Current.CancellationToken);
        var group = new[] { WriteAsync("a"), WriteAsync("a", tool: "bad"), WriteAsync("a") };
        Journal.Release();
        Assert.Equal(WriteResult.Written, await first);
        Assert.Equal([WriteResult.Written, WriteResult.Failed, WriteResult.Written], await Task.WhenAll(group));
    }

    [Fact]
    public async Task A_write_that_fails_refuses_its_batches_and_the_journal_is_well_again_without_another_batch()
    {
        var isFull = true;
        Begin(
            new FakeStore { Journal = new FakeJournal { Fails = _ => Volatile.Read(ref isFull) } },
            limits => limits with { RetryCommit = TimeSpan.FromMilliseconds(1) });
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
    public async Task Rows_that_were_acknowledged_and_are_deleted_before_they_are_in_the_store_have_left_it()
    {
        Begin(new FakeStore());
        Assert.Equal(0, await _stores!.RemovedAsync(Some.Tool));
        await _journals!.WriteAsync(SomeRows.Batch(Guid.NewGuid(), SomeRows.OfInstallations("a", "a", "b")));
        _store.Delete(Some.Tool, SomeRows.Tables, ["a"]);
        Assert.Equal(2, await _stores.RemovedAsync(Some.Tool));
        Assert.Equal(0, await _stores.RemovedAsync(Some.Tool));
        Assert.Equal(1, _store.Total());

        // From then on they are not even written.
        var later = SomeRows.Batch(Guid.NewGuid(), SomeRows.OfInstallations("a", "b"));
        await _journals.WriteAsync(later);
        Assert.Equal(1, later.Sum!.Stored);
        Assert.Equal(0, await _stores.RemovedAsync(Some.Tool));
    }

    [Fact]
    public async Task A_stop_brings_what_is_acknowledged_into_the_store_and_leaves_in_the_journal_what_it_does_not_take()
    {
        Begin(new FakeStore { FailsFor = tool => tool == "bad" });
        await WriteAsync("a");
        await WriteAsync("a", tool: "bad");
        await Assert.ThrowsAsync<StoreException>(() => _stores!.FlushAsync("bad"));
        await WriteAsync("b", tool: "bad");
        Dispose();
        Assert.Equal((1, 2), (_store.Total(), Journal.Waiting));
        Assert.True(_store.Disposed);
        Assert.Contains("The store did not take 2 events", _log.ToString(), StringComparison.Ordinal);
        Assert.Equal(WriteResult.Failed, await WriteAsync("a"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _stores!.FlushAsync());
    }

    [Fact]
    public async Task The_store_is_not_closed_under_somebody_who_reads_and_they_may_ask_for_more()
    {
        Begin(new FakeStore());
        using var reading = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var reader = Task.Run(() => _stores!.Use(store =>
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
    public async Task What_leaves_the_journal_leaves_the_disk()
    {
        using var folder = new TempFolder();
        using var logTo = new StandardErrorLog(_log, TimeProvider.System);
        var files = new JournalFiles(folder["journal"], 16 * 1024 * 1024, logTo.CreateLogger(StandardErrorLog.Category));
        Begin(new FakeStore(), journal: files);
        var mine = new string('a', 64);
        for (var i = 0; i < 3; i++)
        {
            await WriteAsync(mine);
            Assert.Contains(Directory.GetFiles(folder["journal"]), path => File.ReadAllText(path).Contains(mine, StringComparison.Ordinal));
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
                _stores!.Use(_ => true);
                await Task.Yield();
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    Task<WriteResult> WriteAsync(string installation, Guid? id = null, string tool = Some.Tool) =>
        _journals!.WriteAsync(SomeRows.Batch(tool, id ?? Guid.NewGuid(), SomeRows.OfInstallations(installation)));

    void Begin(FakeStore store, Func<Limits, Limits>? with = null, IJournal? journal = null)
    {
        _store = store;
        var limits = new Limits { LoadDelay = Never, RetryCommit = Never };
        limits = with?.Invoke(limits) ?? limits;
        var log = new StandardErrorLog(_log, TimeProvider.System).CreateLogger(StandardErrorLog.Category);
        _stores = new StoreThread(store, journal ?? store.Journal, new RowPool(), _memory, limits, new CommitCounters(), log);
        _journals = new JournalThread(journal ?? store.Journal, _stores, limits, _writes, log);
    }
}
