// SPDX-License-Identifier: MIT
// Totals survive a restart and a kill, and what does not fit the store is said.

using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tallymark.Collector.Tests;

public sealed class TotalsTests
{
    [Fact]
    public async Task What_came_before_a_restart_still_counts()
    {
        using var folder = new TempFolder();
        Counters before;
        await using (var collector = await RunningCollector.StartAsync(folder))
        {
            await collector.SendAsync(Some.LineOf(1), Some.LineOf(2), Some.Line("nothing"));
            await collector.SendAsync(Some.Line(manifest: 9));
            before = await collector.CountersAsync();
            Assert.Equal((4, 2, 1), (before.Received, before.Stored, before.Refused));
        }

        await using (var collector = await RunningCollector.StartAsync(folder))
        {
            await collector.SendAsync(Some.LineOf(3));
            var after = await collector.CountersAsync();
            Assert.Equal((5, 3, 1, 0), (after.Received, after.Stored, after.Refused, after.Pending));
            Assert.Equal(before.Dropped, after.Dropped);
            Assert.True(after.AddUp);
            Assert.Equal((0, 0), await DifferencesAsync(collector));
        }

        if (!OperatingSystem.IsWindows())
            Assert.Equal(DataFolder.OwnerOnly, File.GetUnixFileMode(folder["data/tools/probe/totals.json"]));
    }

    [Fact]
    public async Task After_a_kill_every_stored_event_counts_although_nothing_was_noted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        await using (var serve = await ServeProcess.ServeAsync(folder))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            for (var i = 0; i < 5; i++)
            {
                using var content = new ByteArrayContent(Some.Batch(Some.LineOf(i), Some.LineOf(i + 1)));
                content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
                using var reply = await http.PostAsync(new Uri("v1/batches", UriKind.Relative), content, TestContext.Current.CancellationToken);
                Assert.True(reply.IsSuccessStatusCode);
            }

            serve.Signal("KILL");
            await serve.EndAsync();
        }

        await using var collector = await RunningCollector.StartAsync(folder);
        var counters = await collector.CountersAsync();
        var (found, missing) = await DifferencesAsync(collector);

        Assert.Equal((10, 10, 0), (counters.Received, counters.Stored, missing));
        Assert.True(counters.AddUp);
        Assert.InRange(found, 0, 10); // as many as came after the last note
        Assert.Equal(found > 0, collector.Log.Contains("The store has", StringComparison.Ordinal) || collector.Log.Contains("Totals of probe begin", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_that_the_store_lacks_are_told_and_not_hidden()
    {
        using var folder = new TempFolder();
        using (var store = new FakeStore())
        await using (var collector = await RunningCollector.StartAsync(folder, _ => store))
            await collector.SendAsync(Some.LineOf(1), Some.LineOf(2), Some.LineOf(3));

        using var older = new FakeStore();
        await using (var collector = await RunningCollector.StartAsync(folder, _ => older))
        {
            Assert.Equal((0, 3), await DifferencesAsync(collector));
            Assert.Contains("The store lacks 3 events of probe", collector.Log, StringComparison.Ordinal);
            Assert.True((await collector.CountersAsync()).AddUp);
            using var client = ControlClient.TryConnect(collector.Data)!;
            Assert.Contains(client.Status().Due, due => due.What == "totals");
            Assert.Equal(3, Assert.Single(client.Status().Tools).Missing);
        }

        // Still there at the next start, until the operator says that it counts from here.
        await using (var collector = await RunningCollector.StartAsync(folder, _ => older))
            Assert.Equal((0, 3), await DifferencesAsync(collector));
        File.Delete(folder["data/tools/probe/totals.json"]);
        await using (var collector = await RunningCollector.StartAsync(folder, _ => older))
            Assert.Equal((0, 0), await DifferencesAsync(collector));
    }

    [Fact]
    public async Task A_deletion_is_no_loss()
    {
        using var folder = new TempFolder();
        var proof = new string('a', 64);
        var id = Convert.ToHexStringLower(SHA256.HashData([.. "installation"u8, .. Convert.FromHexString(proof)]));
        await using (var collector = await RunningCollector.StartAsync(folder))
        {
            await collector.SendAsync(Some.Line(fields: $"\"installation\":\"{id}\""), Some.LineOf(2));
            using var request = new HttpRequestMessage(HttpMethod.Post, "v1/deletions")
            {
                Content = new StringContent($$"""{"tallymark":1,"tool":"probe","proofs":["{{proof}}"]}""", Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
            };
            Assert.Equal(200, (await collector.SendAsync(request)).Status);

            // On disk before the answer, so that a kill right after it looks like no loss either.
            using var noted = JsonDocument.Parse(await File.ReadAllTextAsync(folder["data/tools/probe/totals.json"], TestContext.Current.CancellationToken));
            Assert.Equal(1, noted.RootElement.GetProperty("removed").GetInt64());
        }

        await using (var collector = await RunningCollector.StartAsync(folder))
        {
            Assert.Equal((0, 0), await DifferencesAsync(collector));
            Assert.Equal(2, (await collector.CountersAsync()).Stored); // what came, not what is there
            Assert.DoesNotContain("removed", (await collector.GetAsync("metrics")).Text, StringComparison.Ordinal); // nobody learns whether it was known
        }

        using var store = new DuckDbEventStore(folder["data"]);
        Assert.Equal(1, store.Count("probe").Values.Sum());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"received":7,"stored":2,"development":0,"removed":0,"dropped":{},"refused":0}""")]
    [InlineData("""{"received":2,"stored":2}""")]
    public async Task Damaged_totals_begin_anew_from_what_the_store_has(string text)
    {
        using var folder = new TempFolder();
        await using (var collector = await RunningCollector.StartAsync(folder))
            await collector.SendAsync(Some.LineOf(1), Some.LineOf(2));
        await File.WriteAllTextAsync(folder["data/tools/probe/totals.json"], text, TestContext.Current.CancellationToken);

        await using (var collector = await RunningCollector.StartAsync(folder))
        {
            Assert.Contains("Totals of probe can't be used", collector.Log, StringComparison.Ordinal);
            Assert.Equal((2, 2), ((await collector.CountersAsync()).Received, (await collector.CountersAsync()).Stored));
            Assert.Equal((2, 0), await DifferencesAsync(collector));
        }
    }

    static async Task<(long Found, long Missing)> DifferencesAsync(RunningCollector collector)
    {
        var metrics = (await collector.GetAsync("metrics")).Text.Split('\n');
        return (Value("found"), Value("missing"));

        long Value(string name) => long.Parse(
            metrics.Single(line => line.StartsWith($"tallymark_events_{name}{{tool=\"probe\"}} ", StringComparison.Ordinal)).Split(' ')[1],
            System.Globalization.CultureInfo.InvariantCulture);
    }
}
