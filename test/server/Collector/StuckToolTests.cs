// SPDX-License-Identifier: MIT

using static Tallymark.Collector.Tests.TwoTools;

namespace Tallymark.Collector.Tests;

/// <summary>
/// A tool whose files hang, for example on a dead network disk, delays no other tool, no start and no stop.
/// </summary>
public sealed class StuckToolTests
{
    [Fact]
    public async Task While_a_commit_hangs_other_tools_are_stored_and_its_own_batches_are_acknowledged()
    {
        using var store = new FakeStore { HangsFor = tool => tool == Some.Tool };
        using var folder = Folder();
        await using var collector = await StartAsync(folder, store);
        Assert.Equal(200, await SendAsync(collector, Some.Tool));
        await store.Begun.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(200, await SendAsync(collector, Other));

        var waits = await Assert.ThrowsAsync<StoreException>(collector.FlushAsync); // all tools, when it is stuck
        Assert.Contains("has not ended for a long time", waits.Message, StringComparison.Ordinal);
        Assert.Equal(1, store.Total());
        Assert.Equal(200, await SendAsync(collector, Some.Tool));
        Assert.Contains("A step in the files of probe has not ended", collector.Log, StringComparison.Ordinal);
        using (var client = ControlClient.TryConnect(collector.Data)!)
        {
            Assert.Contains(client.Status().Due, due =>
                due.What == "store" && due.Todo.Contains("Batches of probe wait", StringComparison.Ordinal));
        }

        var metrics = (await collector.GetAsync("metrics")).Text;
        Assert.Contains("tallymark_store_stuck{tool=\"probe\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("tallymark_store_stuck{tool=\"other\"} 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("tallymark_events_behind{tool=\"probe\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("tallymark_journal_files 1\n", metrics, StringComparison.Ordinal);

        // It was only slow: everything is stored, once, and nothing is left to say.
        await store.Committed.WaitAsync(TestContext.Current.CancellationToken); // the other tool's
        store.Recover.Set();
        for (var i = 0; i < 2; i++)
            await store.Committed.WaitAsync(TestContext.Current.CancellationToken);
        await collector.FlushAsync();
        Assert.Equal(3, store.Total());
        Assert.Contains("The step in the files of probe has ended", collector.Log, StringComparison.Ordinal);
        Assert.Contains("tallymark_store_stuck{tool=\"probe\"} 0\n", (await collector.GetAsync("metrics")).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_that_takes_too_long_is_interrupted_and_tried_again()
    {
        var commits = 0;
        using var store = new FakeStore
        {
            HangsFor = _ => Interlocked.Increment(ref commits) == 1,
            CanInterrupt = true,
        };
        using var folder = Folder();
        await using var collector = await StartAsync(folder, store);
        Assert.Equal(200, await SendAsync(collector, Some.Tool));
        await store.Committed.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, store.Total());
        Assert.Equal(2, commits);
    }

    [Fact]
    public async Task A_start_and_a_stop_do_not_wait_for_a_tool_that_hangs()
    {
        using var store = new FakeStore
        {
            HangsFor = tool => tool == Some.Tool,
            Journal = new FakeJournal { Left = [SampleRows.BatchOf("a")] },
        };
        using var folder = Folder();
        await using var collector = await StartAsync(folder, store, store.Journal);
        Assert.Contains("1 batches of probe stay in the journal", collector.Log, StringComparison.Ordinal);
        Assert.Equal(200, await SendAsync(collector, Other));
        await store.Committed.WaitAsync(TestContext.Current.CancellationToken);
        await collector.StopAsync();
        Assert.Contains("The store did not accept 1 events", collector.Log, StringComparison.Ordinal);
        store.Recover.Set();
    }

    [Fact]
    public async Task A_tool_whose_files_can_not_be_opened_for_a_long_time_delays_no_acknowledgement_of_others()
    {
        using var store = new FakeStore { HangsToOpen = tool => tool == Some.Tool };
        using var folder = Folder();
        await using var collector = await StartAsync(folder, store);
        var stuck = SendAsync(collector, Some.Tool);
        Assert.Equal(200, await SendAsync(collector, Other));
        Assert.Equal(503, await stuck);
        Assert.Equal(503, await SendAsync(collector, Some.Tool)); // at once
        Assert.Equal(200, await SendAsync(collector, Other));
        store.Recover.Set();
    }

    static Task<InProcessCollector> StartAsync(TempFolder folder, FakeStore store, IJournal? journal = null) =>
        InProcessCollector.StartAsync(
            folder, _ => store, options => options with
            {
                Limits = options.Limits with
                {
                    MaxStoreTime = TimeSpan.FromMilliseconds(100),
                    MaxCommitDelay = TimeSpan.Zero,
                    WriteRetryDelay = TimeSpan.FromMilliseconds(10),
                },
            },
            journal: journal);
}
