// SPDX-License-Identifier: MIT

using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tallymark.Collector.Tests;

/// <summary>Totals survive a restart and a kill, and a difference from the store is reported.</summary>
public sealed class TotalsTests
{
    [Fact]
    public async Task Events_received_before_a_restart_still_count()
    {
        using var folder = new TempFolder();
        Counters before;
        await using (var collector = await InProcessCollector.StartAsync(folder))
        {
            await collector.SendAsync(Some.LineOf(1), Some.LineOf(2), Some.Line("nothing"));
            await collector.SendAsync(Some.Line(manifest: 9));
            before = await collector.CountersAsync();
            Assert.Equal((4, 2, 1), (before.Received, before.Stored, before.Refused));
        }

        await using (var collector = await InProcessCollector.StartAsync(folder))
        {
            await collector.SendAsync(Some.LineOf(3));
            var after = await collector.CountersAsync();
            Assert.Equal((5, 3, 1, 0), (after.Received, after.Stored, after.Refused, after.Pending));
            Assert.Equal(before.Dropped, after.Dropped);
            Assert.True(after.AddUp);
            Assert.Equal((0, 0), await DifferencesAsync(collector));
        }

        if (!OperatingSystem.IsWindows())
            Assert.Equal(OwnerFile.Mode, File.GetUnixFileMode(folder["data/tools/probe/totals.json"]));
    }

    [Fact]
    public async Task After_a_kill_every_stored_event_counts_although_the_totals_were_not_saved()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        await using (var serve = await CollectorProgram.Serve(folder))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            for (var i = 0; i < 5; i++)
            {
                using var content = new ByteArrayContent(Some.Batch(Some.LineOf(i), Some.LineOf(i + 1)));
                content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
                using var reply = await http.PostAsync(new Uri("v1/batches", UriKind.Relative), content,
                    TestContext.Current.CancellationToken);
                Assert.True(reply.IsSuccessStatusCode);
            }

            await serve.Kill();
        }

        await using var collector = await InProcessCollector.StartAsync(folder);
        var counters = await collector.CountersAsync();
        var (found, missing) = await DifferencesAsync(collector);

        Assert.Equal((10, 10, 0), (counters.Received, counters.Stored, missing));
        Assert.True(counters.AddUp);
        Assert.InRange(found, 0, 10); // the events received after the totals were last saved
        Assert.Equal(found > 0, collector.Log.Contains("the store has", StringComparison.Ordinal)
            || collector.Log.Contains("No saved totals of probe", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_missing_from_the_store_are_reported()
    {
        using var folder = new TempFolder();
        using (var store = new FakeStore())
        await using (var collector = await InProcessCollector.StartAsync(folder, _ => store))
            await collector.SendAsync(Some.LineOf(1), Some.LineOf(2), Some.LineOf(3));

        using var older = new FakeStore();
        await using (var collector = await InProcessCollector.StartAsync(folder, _ => older))
        {
            Assert.Equal((0, 3), await DifferencesAsync(collector));
            Assert.Contains("The store has 3 fewer events of probe than the saved totals", collector.Log, StringComparison.Ordinal);
            Assert.True((await collector.CountersAsync()).AddUp);
            using var client = ControlClient.TryConnect(collector.Data)!;
            Assert.Contains(client.Status().Due, due => due.What == "totals");
            Assert.Equal(3, Assert.Single(client.Status().Tools).Missing);
        }

        // The difference stays after a restart, until the operator deletes the saved totals.
        await using (var collector = await InProcessCollector.StartAsync(folder, _ => older))
            Assert.Equal((0, 3), await DifferencesAsync(collector));
        File.Delete(folder["data/tools/probe/totals.json"]);
        await using (var collector = await InProcessCollector.StartAsync(folder, _ => older))
            Assert.Equal((0, 0), await DifferencesAsync(collector));
    }

    [Fact]
    public async Task Deleted_events_do_not_count_as_missing()
    {
        using var folder = new TempFolder();
        var proof = new string('a', 64);
        var id = Convert.ToHexStringLower(SHA256.HashData([.. "installation"u8, .. Convert.FromHexString(proof)]));
        await using (var collector = await InProcessCollector.StartAsync(folder))
        {
            await collector.SendAsync(Some.Line(fields: $"\"installation\":\"{id}\""), Some.LineOf(2));
            using var request = new HttpRequestMessage(HttpMethod.Post, "v1/deletions")
            {
                Content = new StringContent($$"""{"tallymark":1,"tool":"probe","proofs":["{{proof}}"]}""", Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
            };
            Assert.Equal(200, (await collector.SendAsync(request)).Status);

            // On disk before the reply, so that a kill right after it does not look like a loss.
            using var noted = JsonDocument.Parse(
                await File.ReadAllTextAsync(folder["data/tools/probe/totals.json"],
                    TestContext.Current.CancellationToken));
            Assert.Equal(1, noted.RootElement.GetProperty("removed").GetInt64());
        }

        await using (var collector = await InProcessCollector.StartAsync(folder))
        {
            Assert.Equal((0, 0), await DifferencesAsync(collector));
            Assert.Equal(2, (await collector.CountersAsync()).Stored); // received events, not existing rows
            // The reply does not reveal whether the id was known.
            Assert.DoesNotContain("removed", (await collector.GetAsync("metrics")).Text, StringComparison.Ordinal);
        }

        using var store = new DuckDbEventStore(folder["data"]);
        Assert.Equal(1, store.CountEvents("probe").Values.Sum());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"received":7,"stored":2,"development":0,"removed":0,"dropped":{},"refused":0}""")]
    [InlineData("""{"received":2,"stored":2}""")]
    public async Task Damaged_totals_are_replaced_by_the_counts_of_the_store(string text)
    {
        using var folder = new TempFolder();
        await using (var collector = await InProcessCollector.StartAsync(folder))
            await collector.SendAsync(Some.LineOf(1), Some.LineOf(2));
        await File.WriteAllTextAsync(folder["data/tools/probe/totals.json"], text,
            TestContext.Current.CancellationToken);

        await using (var collector = await InProcessCollector.StartAsync(folder))
        {
            Assert.Contains("The saved totals of probe can't be used", collector.Log, StringComparison.Ordinal);
            Assert.Equal((2, 2),
                ((await collector.CountersAsync()).Received, (await collector.CountersAsync()).Stored));
            Assert.Equal((2, 0), await DifferencesAsync(collector));
        }
    }

    static async Task<(long Found, long Missing)> DifferencesAsync(InProcessCollector collector)
    {
        var metrics = (await collector.GetAsync("metrics")).Text.Split('\n');
        return (Value("found"), Value("missing"));

        long Value(string name) => long.Parse(
            metrics.Single(line =>
                line.StartsWith($"tallymark_events_{name}{{tool=\"probe\"}} ", StringComparison.Ordinal)).Split(' ')[1],
            System.Globalization.CultureInfo.InvariantCulture);
    }
}
