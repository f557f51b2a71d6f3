// SPDX-License-Identifier: MIT

using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>Invented deletions can't fill the disk, and a real one always gets through.</summary>
public sealed class DeletionQuotaTests
{
    const long Reserve = 32L << 20; // of which deletions may take 1 MiB while the disk is low

    [Fact]
    public async Task Beyond_its_proofs_a_day_a_network_is_asked_to_come_back_and_others_are_served()
    {
        using var store = new FakeStore();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var collector = await StartAsync(store, clock, o => o with { MaxNetworkProofs = 150 });

        Assert.Equal(200, (await DeleteAsync(collector, "203.0.113.1", 100)).Status);
        var refused = await DeleteAsync(collector, "203.0.113.2", 100, first: 100);
        Assert.Equal((429, "too-many"), (refused.Status, refused.Problem));
        Assert.Contains("Retry-After", refused.Headers.Keys);
        Assert.Contains("Nothing was deleted", refused.Text, StringComparison.Ordinal);
        Assert.Equal(100, store.Deleted.Count);

        Assert.Equal(200, (await DeleteAsync(collector, "203.0.113.3", 50, first: 100)).Status); // all or none
        Assert.Equal(200, (await DeleteAsync(collector, "198.51.100.1", 100, first: 200)).Status);
        clock.SetUtcNow(clock.GetUtcNow().AddDays(1));
        Assert.Equal(200, (await DeleteAsync(collector, "203.0.113.2", 100, first: 100)).Status);
    }

    [Fact]
    public async Task While_the_disk_is_low_one_network_can_not_use_up_what_is_left_for_deletions()
    {
        using var store = new FakeStore();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var collector = await StartAsync(store, clock, free: () => Reserve - 1);

        var accepted = 0;
        for (var i = 0; i < 20; i++)
            accepted += (await DeleteAsync(collector, "203.0.113.1", 10, first: 10 * i)).Status == 200 ? 10 : 0;

        Assert.Equal(100, accepted);
        Assert.Equal(200, (await DeleteAsync(collector, "198.51.100.1", 3, first: 500)).Status); // a real one
        Assert.Equal(503, (await collector.SendAsync(
            Some.Batch(Some.Line()), forwardedFor: "198.51.100.1")).Status); // batches are refused meanwhile
    }

    [Fact]
    public async Task While_the_disk_is_low_all_networks_together_can_not_fill_it_and_with_room_they_are_served_again()
    {
        using var store = new FakeStore();
        var free = Reserve - 1;
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var collector = await StartAsync(store, clock, free: () => Interlocked.Read(ref free));

        var accepted = 0;
        Answer answer;
        while ((answer = await DeleteAsync(collector, $"203.0.{accepted}.1", 100, first: 100 * accepted)).Status == 200)
            accepted++;

        Assert.Equal((503, "busy"), (answer.Status, answer.Problem));
        Assert.Contains("Nothing was deleted", answer.Text, StringComparison.Ordinal);
        Assert.Equal(35, accepted); // of 29.6 KB each
        Interlocked.Exchange(ref free, 2 * Reserve);
        using (var client = ControlClient.TryConnect(collector.Data)!)
            client.Reload(); // measures the disk
        Assert.Equal(200, (await DeleteAsync(collector, "198.51.100.1", 100, first: 100_000)).Status);
    }

    static Task<InProcessCollector> StartAsync(
        FakeStore store, TimeProvider time, Func<Limits, Limits>? limits = null, Func<long>? free = null) =>
        InProcessCollector.StartAsync(null, _ => store, o => o with
        {
            TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")],
            FreeSpace = free is null ? null : _ => free(),
            Limits = (limits?.Invoke(o.Limits) ?? o.Limits) with { MinFreeDiskBytes = free is null ? 0 : Reserve },
        }, time, store.Journal);

    static async Task<Answer> DeleteAsync(InProcessCollector collector, string from, int proofs, int first = 0)
    {
        var list = string.Join(',', Enumerable.Range(first, proofs).Select(i => $"\"{i:x64}\""));
        using var content = new ByteArrayContent(
            Encoding.ASCII.GetBytes($$"""{"tallymark":1,"tool":"probe","proofs":[{{list}}]}"""));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/deletions") { Content = content };
        request.Headers.Add("X-Forwarded-For", from);
        return await collector.SendAsync(request);
    }
}
