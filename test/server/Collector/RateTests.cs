// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Net;

namespace Tallymark.Collector.Tests;

/// <summary>A network with too many requests is told when to try again; other networks are not affected.</summary>
public sealed class RateTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    static NetworkPrefix Prefix(string address) => NetworkPrefix.Of(IPAddress.Parse(address));

    [Fact]
    public async Task Beyond_its_burst_a_network_gets_429_with_a_date_while_other_networks_continue()
    {
        using var store = new FakeStore();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var collector = await InProcessCollector.StartAsync(null, _ => store, Limited, clock);

        for (var i = 0; i < 3; i++)
            Assert.Equal(200, (await SendFromAsync(collector, $"203.0.113.{i}")).Status);
        var refused = await SendFromAsync(collector, "203.0.113.200");
        Assert.Equal((429, "too-many"), (refused.Status, refused.Problem));
        var back = DateTimeOffset.ParseExact(refused.Headers["Retry-After"], "R", CultureInfo.InvariantCulture);
        Assert.InRange(back, clock.GetUtcNow(), clock.GetUtcNow().AddSeconds(3));
        Assert.Equal(200, (await SendFromAsync(collector, "203.0.114.1")).Status);
        Assert.Equal(200, (await SendFromAsync(collector, "2001:db8::1")).Status);
        Assert.Equal(429, (await collector.SendAsync(Forwarded("v1/settings?tool=probe"))).Status);
        Assert.Equal(401, (await collector.SendAsync(Forwarded("metrics"))).Status); // not limited

        clock.SetUtcNow(back);
        Assert.Equal(200, (await SendFromAsync(collector, "203.0.113.7")).Status);

        var metrics = (await collector.GetAsync("metrics")).Text;
        Assert.Contains("tallymark_rate_limited_total 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("tallymark_batches_total{end=\"too-many\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.True((await collector.CountersAsync()).AddUp);
        await collector.StopAsync();
        Assert.DoesNotContain("203.0", collector.Log, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(collector.Data, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain("203.0.11", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken),
                StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_of_this_machine_are_not_limited()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store,
            o => o with { Limits = o.Limits with { MaxPrefixRate = 0.001, MaxPrefixBurst = 1 } });
        for (var i = 0; i < 5; i++)
            Assert.Equal(200, (await collector.SendAsync(Some.Line())).Status);
    }

    [Fact]
    public void A_bucket_refills_up_to_its_burst()
    {
        var clock = new FakeTimeProvider(Noon);
        var rate = new PrefixRateLimiter(2, 4, 16, clock);
        var client = Prefix("203.0.113.1");
        for (var i = 0; i < 4; i++)
            Assert.Null(rate.Take(client));
        Assert.Equal(TimeSpan.FromSeconds(0.5), rate.Take(client));
        clock.SetUtcNow(clock.GetUtcNow().AddSeconds(1));
        Assert.Null(rate.Take(client));
        Assert.Null(rate.Take(client));
        Assert.NotNull(rate.Take(client));
        clock.SetUtcNow(clock.GetUtcNow().AddDays(1));
        for (var i = 0; i < 4; i++)
            Assert.Null(rate.Take(client));
        Assert.NotNull(rate.Take(client));
    }

    [Fact]
    public void A_full_table_evicts_the_least_recently_seen_network()
    {
        var clock = new FakeTimeProvider(Noon);
        var rate = new PrefixRateLimiter(1, 1, 4, clock); // one set of four
        for (var i = 0; i < 4; i++)
        {
            Assert.Null(rate.Take(Prefix($"203.0.{i}.1")));
            clock.SetUtcNow(clock.GetUtcNow().AddMilliseconds(1));
        }

        Assert.NotNull(rate.Take(Prefix("203.0.0.1"))); // now the most recent
        clock.SetUtcNow(clock.GetUtcNow().AddMilliseconds(1));
        Assert.Null(rate.Take(Prefix("203.0.9.1"))); // replaces 203.0.1
        Assert.NotNull(rate.Take(Prefix("203.0.0.1")));
        Assert.NotNull(rate.Take(Prefix("203.0.2.1")));
        Assert.Null(rate.Take(Prefix("203.0.1.1")));
    }

    [Fact]
    public void Without_a_rate_no_request_is_limited()
    {
        var rate = new PrefixRateLimiter(0, 1, 4, new FakeTimeProvider(Noon));
        for (var i = 0; i < 100; i++)
            Assert.Null(rate.Take(Prefix("203.0.113.1")));
    }

    static CollectorOptions Limited(CollectorOptions options) => options with
    {
        TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")],
        Limits = options.Limits with { MaxPrefixRate = 0.5, MaxPrefixBurst = 3 },
    };

    static Task<Answer> SendFromAsync(InProcessCollector collector, string address) =>
        collector.SendAsync(Some.Batch(Some.Line()), forwardedFor: address);

    static System.Net.Http.HttpRequestMessage Forwarded(string path)
    {
        var request = new System.Net.Http.HttpRequestMessage(System.Net.Http.HttpMethod.Get, path);
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        return request;
    }
}
