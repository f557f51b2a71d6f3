// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tests;

/// <summary>A declared tool costs next to nothing until events of it come, and again when no more come.</summary>
public sealed class IdleToolTests
{
    static readonly TimeSpan Check = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_start_opens_no_tool_whose_store_has_not_changed_and_keeps_its_totals()
    {
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        folder.Write("manifests/other.yaml", Some.ManifestOf("other"));
        await using (var collector = await InProcessCollector.StartAsync(folder))
            await collector.SendAsync(Some.LineOf(1), Some.LineOf(2));
        Assert.False(Directory.Exists(folder["data/tools/other/parts"]));

        DuckDbEventStore? store = null;
        await using (var collector = await InProcessCollector.StartAsync(
            folder, data => store = new DuckDbEventStore(data.Path)))
        {
            Assert.Empty(store!.OpenNow);
            Assert.Equal(2, (await collector.CountersAsync()).Stored);
            await collector.SendAsync(Some.LineOf(3));
            Assert.Equal([Some.Tool], store.OpenNow);
            var metrics = (await collector.GetAsync("metrics")).Text;
            Assert.Contains("tallymark_events_missing{tool=\"probe\"} 0\n", metrics, StringComparison.Ordinal);
            Assert.Contains("tallymark_events_found{tool=\"probe\"} 0\n", metrics, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_idle_tool_is_closed_and_its_next_batch_is_neither_lost_nor_stored_twice()
    {
        using var folder = new TempFolder();
        DuckDbEventStore? store = null;
        await using var collector = await InProcessCollector.StartAsync(
            folder, data => store = new DuckDbEventStore(data.Path),
            options => options with
            {
                Limits = options.Limits with { StoreIdleTime = TimeSpan.Zero, IdleCheckInterval = Check },
            });
        var body = Some.Batch([Some.LineOf(1)], Guid.NewGuid());
        for (var i = 0; i < 3; i++)
        {
            var answer = await collector.SendAsync(body);
            Assert.Equal(i == 0 ? 1 : 0, answer.Stored);
            Assert.Equal(200, (await collector.SendAsync(Some.LineOf(2 + i))).Status);
            await collector.UntilAsync(
                "idle tools", () => store!.OpenNow.Count == 0, TestContext.Current.CancellationToken);
        }

        Assert.Equal(4, store!.CountEvents(Some.Tool).Values.Sum());
        var counters = await collector.CountersAsync();
        Assert.Equal((6, 4, true), (counters.Received, counters.Stored, counters.AddUp));
    }
}
