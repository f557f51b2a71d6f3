// SPDX-License-Identifier: MIT

using System.Diagnostics.Metrics;

namespace Tallymark.Collector.Tests;

/// <summary>The instruments of a collector, and their rendering on <c>/metrics</c>.</summary>
public sealed class MetricsTests
{
    const string Type = "# TYPE ";

    [Fact]
    public async Task Every_family_has_its_name_and_type_in_the_promised_order()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);

        var text = (await collector.GetAsync("metrics")).Text;

        Assert.Equal(
            [
                "tallymark_events_received_total counter", "tallymark_events_stored_total counter",
                "tallymark_events_dropped_total counter", "tallymark_events_refused_total counter",
                "tallymark_events_pending gauge", "tallymark_events_found gauge", "tallymark_events_missing gauge",
                "tallymark_events_uncounted_total counter", "tallymark_batches_total counter",
                "tallymark_deletions_total counter", "tallymark_rate_limited_total counter",
                "tallymark_requests_unreadable_total counter", "tallymark_connections gauge",
                "tallymark_connections_evicted_total counter", "tallymark_connections_refused_total counter",
                "tallymark_journal_writes_total counter", "tallymark_journal_writes_failed_total counter",
                "tallymark_journal_writes_batches_total counter", "tallymark_journal_writes_seconds_total counter",
                "tallymark_commits_total counter", "tallymark_commits_failed_total counter",
                "tallymark_commits_batches_total counter", "tallymark_commits_seconds_total counter",
                "tallymark_events_behind gauge", "tallymark_memory_bytes gauge", "tallymark_memory_limit_bytes gauge",
                "tallymark_disk_free_bytes gauge", "tallymark_disk_reserve_bytes gauge", "tallymark_disk_low gauge",
            ],
            text.Split('\n').Where(line => line.StartsWith(Type, StringComparison.Ordinal))
                .Select(line => line[Type.Length..]));
        string[] samples =
        [
            "tallymark_events_dropped_total{tool=\"probe\",reason=\"too-old\"} 0",
            "tallymark_batches_total{end=\"accepted\"} 0", "tallymark_requests_unreadable_total{status=\"400\"} 0",
            "tallymark_commits_seconds_total 0",
        ];
        Assert.All(samples, sample => Assert.Contains($"\n{sample}\n", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_collectors_in_one_process_count_separately()
    {
        using var store = new FakeStore();
        using var other = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        await using var silent = await InProcessCollector.StartAsync(other);

        await collector.SendAsync(Some.Line(), Some.Line());

        Assert.Equal(2, (await collector.CountersAsync()).Stored);
        Assert.Equal(0, (await silent.CountersAsync()).Received);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_events_add_up_for_any_listener_in_the_process_while_batches_arrive()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var sums = new Dictionary<string, long>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == CollectorMetrics.MeterName
                && instrument.Name.StartsWith("tallymark.events.", StringComparison.Ordinal))
            {
                self.EnableMeasurementEvents(instrument, instrument.Meter);
            }
        };
        Meter? own = null;
        listener.SetMeasurementEventCallback<long>((instrument, value, _, meter) =>
        {
            own ??= (Meter)meter!;
            if (ReferenceEquals(own, meter)) // tests run in parallel: this one reads the first collector it sees
                sums[instrument.Name[17..]] = sums.GetValueOrDefault(instrument.Name[17..]) + value;
        });
        listener.Start();

        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
                await collector.SendWithoutFlushAsync(Some.Line(), Some.Line("nothing"));
        }, TestContext.Current.CancellationToken);
        do
        {
            sums.Clear();
            listener.RecordObservableInstruments();
            Assert.Equal(sums["received"], sums["stored"] + sums["dropped"] + sums["refused"] + sums["pending"]);
        }
        while (!sending.IsCompleted);
        await sending;
    }
}
