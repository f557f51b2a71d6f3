// SPDX-License-Identifier: MIT

using static Tallymark.Collector.Tests.TwoTools;

namespace Tallymark.Collector.Tests;

/// <summary>
/// A tool whose commits fail or take long, for example because its manifest needs more memory than the store has,
/// delays no other tool, no start and no stop, and takes no collector out of service.
/// </summary>
public sealed class SlowToolTests
{
    // A test that waited for a step of the store, instead of its turn, would not end.
    static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan Never = TimeSpan.FromDays(1);

    [Fact(Timeout = 60_000)]
    public async Task While_a_commit_is_slow_others_are_stored_and_the_tool_is_not_called_stuck()
    {
        using var store = new FakeStore { HangsFor = tool => tool == Some.Tool };
        using var folder = Folder();
        await using var collector = await StartAsync(folder, store);
        Assert.Equal(200, await SendAsync(collector, Some.Tool));
        await store.Begun.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(200, await SendAsync(collector, Other));
        await store.Committed.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, store.Total());
        Assert.Equal(200, (await collector.GetAsync("readyz")).Status);
        Assert.Equal(200, (await collector.GetAsync("healthz")).Status);
        Assert.Equal(200, await SendAsync(collector, Some.Tool));

        store.Recover.Set();
        for (var i = 0; i < 2; i++)
            await store.Committed.WaitAsync(TestContext.Current.CancellationToken);
        await collector.FlushAsync();
        Assert.Equal(3, store.Total());
        Assert.DoesNotContain("A step in the files", collector.Log, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_slow_tool_with_a_full_backlog_is_refused_and_others_are_not()
    {
        using var store = new FakeStore { HangsFor = tool => tool == Some.Tool };
        using var folder = Folder();
        await using var collector = await StartAsync(folder, store, limits => limits with { MaxBacklogBytes = 1 });
        Assert.Equal(200, await SendAsync(collector, Some.Tool));
        await store.Begun.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(503, await SendAsync(collector, Some.Tool));
        Assert.Equal(200, await SendAsync(collector, Other));
        Assert.Equal(200, (await collector.GetAsync("readyz")).Status);
        store.Recover.Set();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_start_and_a_stop_do_not_wait_for_a_slow_tool()
    {
        using var store = new FakeStore
        {
            HangsFor = tool => tool == Some.Tool,
            Journal = new FakeJournal { Left = [SampleRows.BatchOf("a"), SampleRows.BatchOf("b")] },
        };
        using var folder = Folder();
        folder.Write("data/tools/probe/manifests/1.yaml", Some.Manifest); // as the earlier process accepted it
        await using var collector = await StartAsync(folder, store);
        Assert.Contains("2 batches of probe stay in the journal", collector.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("now in the store", collector.Log, StringComparison.Ordinal);
        Assert.Contains("its totals are as they were saved", collector.Log, StringComparison.Ordinal);
        Assert.Equal(200, await SendAsync(collector, Other));
        await store.Committed.WaitAsync(TestContext.Current.CancellationToken);
        await collector.StopAsync();
        Assert.Contains("The store did not accept 2 events", collector.Log, StringComparison.Ordinal);
        Assert.Equal(1, store.Disposals);
        store.Recover.Set();
    }

    [Fact]
    public async Task A_tool_whose_commits_fail_at_start_does_not_make_the_collector_unready()
    {
        using var store = new FakeStore
        {
            FailsFor = tool => tool == Some.Tool,
            Journal = new FakeJournal
            {
                Left =
                [
                    SampleRows.BatchOf("a"),
                    SampleRows.Batch(Other, Guid.NewGuid(), SampleRows.OfInstallations("b")),
                ],
            },
        };
        using var folder = Folder();
        await using var collector = await StartAsync(folder, store);
        Assert.Contains("1 batches of probe stay in the journal", collector.Log, StringComparison.Ordinal);
        Assert.Contains("1 batches were left in the journal; they are now in the store", collector.Log,
            StringComparison.Ordinal);
        Assert.Equal(200, (await collector.GetAsync("readyz")).Status);
        Assert.Equal((503, "the last write failed\n"), await HealthAsync(collector)); // an alarm
        Assert.Equal(200, await SendAsync(collector, Other));
    }

    static async Task<(int Status, string Text)> HealthAsync(InProcessCollector collector)
    {
        var answer = await collector.GetAsync("healthz");
        return (answer.Status, answer.Text);
    }

    static Task<InProcessCollector> StartAsync(
        TempFolder folder, FakeStore store, Func<Limits, Limits>? with = null) =>
        InProcessCollector.StartAsync(
            folder, _ => store, options =>
            {
                var limits = options.Limits with
                {
                    MaxTurnTime = Short,
                    MaxReplayTime = 4 * Short,
                    MaxLastCommitTime = Short,
                    MaxStoreTime = Never,
                    MaxCommitDelay = TimeSpan.Zero,
                };
                return options with { Limits = with?.Invoke(limits) ?? limits };
            },
            journal: store.Journal);
}
