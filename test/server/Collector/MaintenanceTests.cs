// SPDX-License-Identifier: MIT

using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Tallymark.Collector.Tests;

/// <summary>The collector applies retention and deletion itself, and its totals stay correct.</summary>
public sealed class MaintenanceTests
{
    const string Maintenance = "maintenance"; // the periodic task
    static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(50);

    [Fact(Timeout = 120_000)]
    public async Task The_bytes_of_a_deleted_installation_are_removed_from_the_disk()
    {
        var proof = new string('b', 64);
        var id = Convert.ToHexStringLower(SHA256.HashData([.. "installation"u8, .. Convert.FromHexString(proof)]));
        using var folder = new TempFolder();
        await using (var collector = await StartAsync(folder, TimeProvider.System))
        {
            await collector.SendAsync(Some.Line(fields: $"\"installation\":\"{id}\""), Some.LineOf(2));
            using var client = ControlClient.TryConnect(collector.Data)!;
            using var request = new HttpRequestMessage(HttpMethod.Post, "v1/deletions")
            {
                Content = new StringContent(
                    $$"""{"tallymark":1,"tool":"probe","proofs":["{{proof}}"]}""", Encoding.UTF8,
                    new MediaTypeHeaderValue("application/json")),
            };
            Assert.Equal(200, (await collector.SendAsync(request)).Status);
            var cancel = TestContext.Current.CancellationToken;
            await collector.UntilAsync(Maintenance, () => client.Status().Tools[0].Deleting == 0, cancel);
            await collector.UntilAsync(Maintenance, () => !FilesHold(folder, id), cancel);
        }

        Assert.False(FilesHold(folder, id));
        await using var again = await InProcessCollector.StartAsync(folder);
        Assert.Contains("tallymark_events_missing{tool=\"probe\"} 0\n", (await again.GetAsync("metrics")).Text,
            StringComparison.Ordinal);
        Assert.Equal((2, 2), ((await again.CountersAsync()).Received, (await again.CountersAsync()).Stored));
    }

    [Fact(Timeout = 120_000)]
    public async Task Events_past_their_retention_are_removed_and_do_not_count_as_missing()
    {
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Regex.Replace(
            Some.Manifest, "(?m)^retention: .*$", "retention: 90 days", RegexOptions.None, TimeSpan.FromSeconds(1)));
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using (var collector = await StartAsync(folder, clock))
        {
            await collector.SendAsync(Some.LineOf(1), Some.LineOf(2));
            clock.AdjustTime(clock.GetUtcNow().AddDays(100));
            using (var client = ControlClient.TryConnect(collector.Data)!)
                client.Reload(acceptClock: true);
            await collector.SendAsync(Some.Line(time: Some.Time(clock.GetUtcNow())));
            await collector.UntilAsync(
                Maintenance,
                () => collector.Log.Contains(" and 2 expired events from disk", StringComparison.Ordinal),
                TestContext.Current.CancellationToken, () => clock.Advance(CheckInterval));
        }

        using (var store = new DuckDb.DuckDbEventStore(folder["data"]))
            Assert.Equal(1, store.CountEvents("probe").Values.Sum());
        await using var again = await StartAsync(folder, clock);
        Assert.Contains("tallymark_events_missing{tool=\"probe\"} 0\n", (await again.GetAsync("metrics")).Text,
            StringComparison.Ordinal);
        Assert.Equal(3, (await again.CountersAsync()).Stored);
    }

    [Fact(Timeout = 120_000)]
    public async Task No_event_expires_before_its_day_is_folded()
    {
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Regex.Replace(
            Some.Manifest, "(?m)^retention: .*$", "retention: 90 days", RegexOptions.None, TimeSpan.FromSeconds(1)));
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var folding = new FaultyFolding();
        var store = new DuckDb.DuckDbEventStore(folder["data"]);
        await using var collector = await InProcessCollector.StartAsync(
            folder, _ => store, options => options with
            {
                Limits = options.Limits with { MaintenanceCheckInterval = CheckInterval },
                Folding = _ => folding,
            },
            clock);
        await collector.SendAsync(Some.LineOf(1), Some.LineOf(2));
        clock.AdjustTime(clock.GetUtcNow().AddDays(100));
        using var client = ControlClient.TryConnect(collector.Data)!;
        await collector.UntilAsync(
            Maintenance,
            () => client.Status().Due.Any(due => due.Todo.Contains("no event expires", StringComparison.Ordinal)),
            TestContext.Current.CancellationToken, () => clock.Advance(CheckInterval));
        Assert.Equal(2, store.CountEvents("probe").Values.Sum());

        folding.Fails = false;
        clock.AdjustTime(clock.GetUtcNow().AddDays(1));
        await collector.UntilAsync(
            Maintenance, () => collector.Log.Contains(" and 2 expired events from disk", StringComparison.Ordinal),
            TestContext.Current.CancellationToken, () => clock.Advance(CheckInterval));
        Assert.Equal(2, folding.EventsFound);
        Assert.DoesNotContain(client.Status().Due, due => due.What is "tending");
    }

    [Fact(Timeout = 120_000)]
    public async Task Many_new_files_are_merged_before_an_hour_has_passed()
    {
        using var folder = new TempFolder();
        // Each commit makes a file.
        var store = new DuckDb.DuckDbEventStore(folder["data"], new DuckDb.DuckDbOptions { MaxLogMiB = 0 });
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var collector = await InProcessCollector.StartAsync(
            folder, _ => store, options => options with
            {
                Limits = options.Limits with
                {
                    MaintenanceCheckInterval = CheckInterval,
                    MaintenanceThresholdFiles = 4
                },
            },
            clock);
        for (var i = 0; i < 12; i++)
        {
            await collector.SendAsync(Some.LineOf(i));
            await collector.FlushAsync();
        }

        await collector.UntilAsync(
            Maintenance, () => store.Files("probe").Count <= 8, TestContext.Current.CancellationToken,
            () => clock.Advance(CheckInterval));

        Assert.Equal(12, store.CountEvents("probe").Values.Sum());
    }

    [Fact]
    public async Task Rows_missing_after_a_kill_during_a_removal_count_as_removed()
    {
        using var folder = new TempFolder();
        using (var store = new FakeStore())
        await using (var collector = await InProcessCollector.StartAsync(folder, _ => store))
            await collector.SendAsync(Some.LineOf(1), Some.LineOf(2));
        var path = folder["data/tools/probe/totals.json"];
        var totals = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            path, totals.Replace("\"removing\":false", "\"removing\":true", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        using var fewer = new FakeStore();
        await using var again = await InProcessCollector.StartAsync(folder, _ => fewer);

        Assert.Contains("the 2 missing rows are counted as removed", again.Log, StringComparison.Ordinal);
        Assert.Contains("tallymark_events_missing{tool=\"probe\"} 0\n", (await again.GetAsync("metrics")).Text,
            StringComparison.Ordinal);
    }

    static Task<InProcessCollector> StartAsync(TempFolder folder, TimeProvider time) => InProcessCollector.StartAsync(
        folder, data => new DuckDb.DuckDbEventStore(data.Path),
        options => options with { Limits = options.Limits with { MaintenanceCheckInterval = CheckInterval } }, time);

    static bool FilesHold(TempFolder folder, string id)
    {
        foreach (var file in Directory.EnumerateFiles(folder["data/tools"], "*", SearchOption.AllDirectories))
        {
            try
            {
                using var stream =
                    new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                var bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                if (bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(id)) >= 0)
                    return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return true; // the store is changing it: check again
            }
        }

        return false;
    }

    /// <summary>Fails until told otherwise, and counts the events that are there when it folds.</summary>
    sealed class FaultyFolding : IDayFolding
    {
        public volatile bool Fails = true;

        public long EventsFound { get; private set; }

        public bool IsDue(IReadOnlyList<Manifests.ToolManifest> manifests, DateTimeOffset now) => EventsFound == 0;

        public void FoldDue(
            IReadOnlyList<Manifests.ToolManifest> manifests, ICellReader store, DateTimeOffset now,
            CancellationToken cancel)
        {
            if (Fails)
                throw new StoreException("The test's disk is full.");
            EventsFound = store.CountEvents(manifests[^1].Tool).Values.Sum();
        }
    }
}
