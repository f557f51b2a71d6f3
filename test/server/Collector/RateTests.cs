// SPDX-License-Identifier: MIT
// A network that comes too often is told when to come back; nobody else notices.

using System.Globalization;
using System.Net;

namespace Tallymark.Collector.Tests;

public sealed class RateTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    static NetworkPrefix Prefix(string address) => NetworkPrefix.Of(IPAddress.Parse(address));

    [Fact]
    public async Task Past_its_burst_a_network_gets_429_with_a_date_and_other_networks_go_on()
    {
        using var store = new FakeStore();
        var clock = new FixedTime(TimeProvider.System.GetUtcNow());
        await using var collector = await RunningCollector.StartAsync(null, _ => store, Limited, clock);

        for (var i = 0; i < 3; i++)
            Assert.Equal(200, (await SendFromAsync(collector, $"203.0.113.{i}")).Status);
        var refused = await SendFromAsync(collector, "203.0.113.200");
        Assert.Equal((429, "too-many"), (refused.Status, refused.Problem));
        var back = DateTimeOffset.ParseExact(refused.Headers["Retry-After"], "R", CultureInfo.InvariantCulture);
        Assert.InRange(back, clock.Now, clock.Now.AddSeconds(3));
        Assert.Equal(200, (await SendFromAsync(collector, "203.0.114.1")).Status);
        Assert.Equal(200, (await SendFromAsync(collector, "2001:db8::1")).Status);
        Assert.Equal(429, (await collector.SendAsync(Forwarded("v1/settings?tool=probe"))).Status);
        Assert.Equal(200, (await collector.SendAsync(Forwarded("metrics"))).Status);

        clock.Now = back;
        Assert.Equal(200, (await SendFromAsync(collector, "203.0.113.7")).Status);

        var metrics = (await collector.GetAsync("metrics")).Text;
        Assert.Contains("tallymark_rate_limited_total 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("tallymark_batches_total{end=\"too-many\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.True((await collector.CountersAsync()).AddUp);
        await collector.StopAsync();
        Assert.DoesNotContain("203.0", collector.Log, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(collector.Data, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain("203.0.11", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_machine_itself_is_not_limited()
    {
        using var store = new FakeStore();
        await using var collector = await RunningCollector.StartAsync(store, o => o with { Limits = o.Limits with { PrefixRate = 0.001, PrefixBurst = 1 } });
        for (var i = 0; i < 5; i++)
            Assert.Equal(200, (await collector.SendAsync(Some.Line())).Status);
    }

    [Fact]
    public void A_bucket_fills_up_to_its_burst_and_no_further()
    {
        var clock = new FixedTime(Noon);
        var rate = new PrefixRate(2, 4, 16, clock);
        var client = Prefix("203.0.113.1");
        for (var i = 0; i < 4; i++)
            Assert.Null(rate.Take(client));
        Assert.Equal(TimeSpan.FromSeconds(0.5), rate.Take(client));
        clock.Now = clock.Now.AddSeconds(1);
        Assert.Null(rate.Take(client));
        Assert.Null(rate.Take(client));
        Assert.NotNull(rate.Take(client));
        clock.Now = clock.Now.AddDays(1);
        for (var i = 0; i < 4; i++)
            Assert.Null(rate.Take(client));
        Assert.NotNull(rate.Take(client));
    }

    [Fact]
    public void With_more_networks_than_it_remembers_it_forgets_the_one_that_came_longest_ago()
    {
        var clock = new FixedTime(Noon);
        var rate = new PrefixRate(1, 1, 4, clock); // one set of four
        for (var i = 0; i < 4; i++)
        {
            Assert.Null(rate.Take(Prefix($"203.0.{i}.1")));
            clock.Now = clock.Now.AddMilliseconds(1);
        }

        Assert.NotNull(rate.Take(Prefix("203.0.0.1"))); // now the youngest
        clock.Now = clock.Now.AddMilliseconds(1);
        Assert.Null(rate.Take(Prefix("203.0.9.1"))); // in the place of 203.0.1
        Assert.NotNull(rate.Take(Prefix("203.0.0.1")));
        Assert.NotNull(rate.Take(Prefix("203.0.2.1")));
        Assert.Null(rate.Take(Prefix("203.0.1.1")));
    }

    [Fact]
    public void Without_a_rate_everybody_may_come_always()
    {
        var rate = new PrefixRate(0, 1, 4, new FixedTime(Noon));
        for (var i = 0; i < 100; i++)
            Assert.Null(rate.Take(Prefix("203.0.113.1")));
    }

    static CollectorOptions Limited(CollectorOptions options) => options with
    {
        TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")],
        Limits = options.Limits with { PrefixRate = 0.5, PrefixBurst = 3 },
    };

    static Task<Answer> SendFromAsync(RunningCollector collector, string address) =>
        collector.SendAsync(Some.Batch(Some.Line()), forwardedFor: address);

    static System.Net.Http.HttpRequestMessage Forwarded(string path)
    {
        var request = new System.Net.Http.HttpRequestMessage(System.Net.Http.HttpMethod.Get, path);
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        return request;
    }
}
