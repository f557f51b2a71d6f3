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
                "tallymark_events_dropped_by_field_total counter", "tallymark_store_bytes gauge",
                "tallymark_store_files gauge", "tallymark_maintenance_time_seconds gauge",
                "tallymark_maintenance_failed gauge", "tallymark_backup_time_seconds gauge",
                "tallymark_manifests_refused gauge", "tallymark_journal_damaged gauge",
                "tallymark_log_lost_total counter", "tallymark_store_damaged gauge",
                "tallymark_store_read_time_seconds gauge", "tallymark_installations_shared gauge",
                "tallymark_journal_files gauge", "tallymark_journal_bytes gauge", "tallymark_store_stuck gauge",
                "tallymark_build_info gauge", "process_cpu_seconds_total counter",
                "process_resident_memory_bytes gauge", "process_start_time_seconds gauge", "process_threads gauge",
                "process_open_fds gauge", "process_max_fds gauge", "tallymark_acknowledgement_seconds histogram",
                "tallymark_events_lateness_seconds histogram",
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
    public async Task The_process_the_backup_and_the_version_are_shown()
    {
        await using var collector = await InProcessCollector.StartAsync();
        await collector.SendAsync(Some.LineOf(1));
        using (var client = ControlClient.TryConnect(collector.Data)!)
            client.Backup(collector.Folder["backups"], 0);

        var text = (await collector.GetAsync("metrics")).Text;

        Assert.Contains($"\ntallymark_build_info{{version=\"{CollectorServer.Version}\"}} 1\n", text,
            StringComparison.Ordinal);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.InRange(Value(text, "tallymark_backup_time_seconds"), now - 60, now);
        Assert.InRange(Value(text, "process_start_time_seconds"), now - 3600, now);
        Assert.InRange(Value(text, "process_resident_memory_bytes"), 10_000_000, 10_000_000_000);
        Assert.InRange(Value(text, "process_open_fds"), 10, Value(text, "process_max_fds"));
        Assert.InRange(Value(text, "process_threads"), 5, 1000);
        Assert.True(Value(text, "tallymark_store_files{tool=\"probe\"}") > 0, text);
        Assert.True(Value(text, "tallymark_store_bytes{tool=\"probe\"}") > 0, text);
    }

    [Fact]
    public async Task A_scrape_measures_no_tools_files()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store, options => options with
        {
            Limits = options.Limits with { TotalsWriteInterval = TimeSpan.FromHours(1) },
        });
        await collector.SendAsync(Some.LineOf(1));
        var measured = store.Measured;
        for (var i = 0; i < 3; i++)
            Assert.Equal(1, Value((await collector.GetAsync("metrics")).Text, "tallymark_store_files{tool=\"probe\"}"));
        Assert.Equal(measured, store.Measured);
    }

    [Fact]
    public async Task Drops_name_the_version_the_event_and_the_field_and_nothing_that_a_client_invented()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        await collector.SendAsync(
            Some.Line("invented"), Some.Line(fields: "\"made_up\":1"), Some.Line(fields: "\"made_up\":1"),
            Some.Line(fields: "\"installation\":\"no digest\""), Some.Line());

        var text = (await collector.GetAsync("metrics")).Text;

        const string Name = "\ntallymark_events_dropped_by_field_total{tool=\"probe\",manifest=\"1\",";
        foreach (var (rest, count) in new[]
        {
            ("event=\"undeclared\",field=\"undeclared\",reason=\"unknown-event\"", 1),
            ("event=\"plain\",field=\"undeclared\",reason=\"unknown-field\"", 2),
            ("event=\"plain\",field=\"installation\",reason=\"bad-value\"", 1),
        })
        {
            Assert.Contains($"{Name}{rest}}} {count}\n", text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("made_up", text, StringComparison.Ordinal);
        Assert.DoesNotContain("invented", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Histograms_count_the_latency_of_each_batch_and_the_lateness_of_each_event()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var old = Some.Time(TimeProvider.System.GetUtcNow().AddDays(-3));
        await collector.SendAsync(Some.Line(), Some.Line(time: old), Some.Line(time: old));

        var text = (await collector.GetAsync("metrics")).Text;

        Assert.Equal(1, Value(text, "tallymark_acknowledgement_seconds_count"));
        Assert.Equal(1, Value(text, "tallymark_acknowledgement_seconds_bucket{le=\"+Inf\"}"));
        Assert.InRange(Value(text, "tallymark_acknowledgement_seconds_sum"), 0.000001, 60);
        Assert.Equal(1, Value(text, "tallymark_events_lateness_seconds_bucket{le=\"172800\"}"));
        Assert.Equal(3, Value(text, "tallymark_events_lateness_seconds_bucket{le=\"604800\"}"));
        Assert.InRange(Value(text, "tallymark_events_lateness_seconds_sum"), 6 * 86_400, 6 * 86_400 + 600);
    }

    static double Value(string text, string name) => double.Parse(
        text.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal))[(name.Length + 1)..],
        System.Globalization.CultureInfo.InvariantCulture);

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
            // Tests run in parallel, so the process has other collectors too.
            if (ReferenceEquals(instrument.Meter, collector.Meter)
                && instrument.Name.StartsWith("tallymark.events.", StringComparison.Ordinal))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            sums[instrument.Name[17..]] = sums.GetValueOrDefault(instrument.Name[17..]) + value);
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
