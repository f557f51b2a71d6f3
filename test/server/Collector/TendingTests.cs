// SPDX-License-Identifier: MIT
// The collector has retention and deletion done by itself, and its totals know of it.

using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Collector.Tests;

public sealed class TendingTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_deleted_installation_leaves_the_bytes_of_the_disk_by_itself()
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
                Content = new StringContent($$"""{"tallymark":1,"tool":"probe","proofs":["{{proof}}"]}""", Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
            };
            Assert.Equal(200, (await collector.SendAsync(request)).Status);
            while (client.Status().Tools[0].Deleting > 0)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
            }
            while (FilesHold(folder, id))
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        Assert.False(FilesHold(folder, id));
        await using var again = await RunningCollector.StartAsync(folder);
        Assert.Contains("tallymark_events_missing{tool=\"probe\"} 0\n", (await again.GetAsync("metrics")).Text, StringComparison.Ordinal);
        Assert.Equal((2, 2), ((await again.CountersAsync()).Received, (await again.CountersAsync()).Stored));
    }

    [Fact(Timeout = 120_000)]
    public async Task Events_past_their_retention_are_removed_and_no_loss()
    {
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", System.Text.RegularExpressions.Regex.Replace(
            Some.Manifest, "(?m)^retention: .*$", "retention: 90 days", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        var clock = new FixedTime(TimeProvider.System.GetUtcNow());
        await using (var collector = await StartAsync(folder, clock))
        {
            await collector.SendAsync(Some.LineOf(1), Some.LineOf(2));
            clock.Now = clock.Now.AddDays(100);
            await collector.SendAsync(Some.Line(time: Some.Time(clock.Now)));
            while (!collector.Log.Contains("2 events past their time are gone", StringComparison.Ordinal))
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        using (var store = new DuckDb.DuckDbEventStore(folder["data"]))
            Assert.Equal(1, store.Count("probe").Values.Sum());
        await using var again = await StartAsync(folder, clock);
        Assert.Contains("tallymark_events_missing{tool=\"probe\"} 0\n", (await again.GetAsync("metrics")).Text, StringComparison.Ordinal);
        Assert.Equal(3, (await again.CountersAsync()).Stored);
    }

    [Fact(Timeout = 120_000)]
    public async Task Many_new_files_are_joined_before_the_hour_is_over()
    {
        using var folder = new TempFolder();
        var store = new DuckDb.DuckDbEventStore(folder["data"], new DuckDb.DuckDbOptions { LongestLogMiB = 0 }); // a file a commit
        await using var collector = await RunningCollector.StartAsync(
            folder, _ => store, options => options with { Limits = options.Limits with { TendLook = TimeSpan.FromMilliseconds(50), TendFiles = 4 } },
            new FixedTime(TimeProvider.System.GetUtcNow()));
        for (var i = 0; i < 12; i++)
        {
            await collector.SendAsync(Some.LineOf(i));
            await collector.FlushAsync();
        }

        while (store.Files("probe").Count > 8)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal(12, store.Count("probe").Values.Sum());
    }

    [Fact]
    public async Task Ended_in_the_middle_of_it_what_is_missing_counts_as_removed()
    {
        using var folder = new TempFolder();
        using (var store = new FakeStore())
        await using (var collector = await RunningCollector.StartAsync(folder, _ => store))
            await collector.SendAsync(Some.LineOf(1), Some.LineOf(2));
        var totals = folder["data/tools/probe/totals.json"];
        await File.WriteAllTextAsync(
            totals, (await File.ReadAllTextAsync(totals, TestContext.Current.CancellationToken)).Replace("\"removing\":false", "\"removing\":true", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        using var fewer = new FakeStore();
        await using var again = await RunningCollector.StartAsync(folder, _ => fewer);

        Assert.Contains("the 2 that are gone count as removed", again.Log, StringComparison.Ordinal);
        Assert.Contains("tallymark_events_missing{tool=\"probe\"} 0\n", (await again.GetAsync("metrics")).Text, StringComparison.Ordinal);
    }

    static Task<RunningCollector> StartAsync(TempFolder folder, TimeProvider time) => RunningCollector.StartAsync(
        folder, data => new DuckDb.DuckDbEventStore(data.Path),
        options => options with { Limits = options.Limits with { TendLook = TimeSpan.FromMilliseconds(50) } }, time);

    static bool FilesHold(TempFolder folder, string id)
    {
        foreach (var file in Directory.EnumerateFiles(folder["data/tools"], "*", SearchOption.AllDirectories))
        {
            try
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                var bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                if (bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(id)) >= 0)
                    return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return true; // being changed: look again
            }
        }

        return false;
    }
}
