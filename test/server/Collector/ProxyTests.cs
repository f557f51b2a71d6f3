// SPDX-License-Identifier: MIT

using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>A proxy that is not set up lifts no limit, and the operator learns about it.</summary>
public sealed class ProxyTests
{
    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.1")]
    [InlineData("Forwarded", "for=203.0.113.1")]
    [InlineData("X-Real-IP", "203.0.113.1")]
    [InlineData("CF-Connecting-IP", "203.0.113.1")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("X-Forwarded-Host", "telemetry.example.org")]
    public async Task Through_an_unnamed_proxy_on_this_machine_every_limit_holds(string header, string value)
    {
        using var store = new FakeStore();
        await using var collector = await StartAsync(store);

        var statuses = new List<int>();
        for (var i = 0; i < 3; i++)
            statuses.Add((await SendAsync(collector, header, value, 2 * i, (2 * i) + 1)).Status);

        Assert.Equal([200, 200, 429], statuses);
        var metrics = (await collector.GetAsync("metrics")).Text;
        Assert.Contains("tallymark_events_uncounted_total{tool=\"probe\"} 1\n", metrics, StringComparison.Ordinal);
        using var client = ControlClient.TryConnect(collector.Data)!;
        var due = Assert.Single(client.Status().Due, due => due.What == "proxy");
        Assert.Contains("on this machine", due.Todo, StringComparison.Ordinal);
        Assert.Contains("--trusted-proxy with 127.0.0.1", due.Todo, StringComparison.Ordinal);
        Assert.Equal(2, collector.Log.Split("Requests from this machine were forwarded by a proxy").Length); // once
        Assert.DoesNotContain("203.0", collector.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_adds_no_header_shows_by_its_version_of_HTTP()
    {
        using var store = new FakeStore();
        await using var collector = await StartAsync(store);

        var statuses = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(
                IPAddress.Loopback, collector.Address.Port, TestContext.Current.CancellationToken);
            await socket.GetStream().WriteAsync(
                "GET /v1/settings?tool=probe HTTP/1.0\r\nHost: x\r\n\r\n"u8.ToArray(),
                TestContext.Current.CancellationToken);
            using var reader = new StreamReader(socket.GetStream(), Encoding.ASCII);
            statuses.Add((await reader.ReadLineAsync(TestContext.Current.CancellationToken))!.Split(' ')[1]);
        }

        Assert.Equal(["200", "200", "429"], statuses);
    }

    [Fact]
    public async Task A_trusted_proxy_that_names_no_client_lifts_no_limit_either_and_is_reported()
    {
        using var store = new FakeStore();
        await using var collector = await StartAsync(store, "127.0.0.0/8");

        var statuses = new List<int>();
        for (var i = 0; i < 3; i++)
            statuses.Add((await SendAsync(collector, "X-Forwarded-Proto", "https", i)).Status);

        Assert.Equal([200, 200, 429], statuses);
        using var client = ControlClient.TryConnect(collector.Data)!;
        Assert.Contains(
            "does not set X-Forwarded-For",
            Assert.Single(client.Status().Due, due => due.What == "proxy").Todo, StringComparison.Ordinal);
        Assert.Contains("128 warning: ", collector.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_on_this_machine_is_not_limited_and_nothing_is_reported()
    {
        using var store = new FakeStore();
        await using var collector = await StartAsync(store);

        for (var i = 0; i < 5; i++)
            Assert.Equal(200, (await SendAsync(collector, "X-Other", "1", i)).Status);

        using var client = ControlClient.TryConnect(collector.Data)!;
        Assert.DoesNotContain(client.Status().Due, due => due.What == "proxy");
        Assert.Contains("tallymark_events_uncounted_total{tool=\"probe\"} 0\n",
            (await collector.GetAsync("metrics")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_up_proxy_is_not_reported()
    {
        using var store = new FakeStore();
        await using var collector = await StartAsync(store, "127.0.0.0/8");

        Assert.Equal(200, (await SendAsync(collector, "X-Forwarded-For", "203.0.113.1", 1)).Status);

        using var client = ControlClient.TryConnect(collector.Data)!;
        Assert.DoesNotContain(client.Status().Due, due => due.What == "proxy");
    }

    [Fact]
    public void A_client_on_the_Internet_can_set_the_headers_of_a_proxy_without_a_report()
    {
        using var log = new StringWriter();
        using var provider = new StandardErrorLog(log, TimeProvider.System, new LogStyle());
        var watch = new ProxyWatch(provider.CreateLogger(StandardErrorLog.Category));

        watch.SawUnnamed(IPAddress.Parse("203.0.113.1"));
        Assert.Empty(watch.Problems);
        watch.SawUnnamed(IPAddress.Parse("172.20.0.3"));
        Assert.Contains("a private network", Assert.Single(watch.Problems), StringComparison.Ordinal);
        Assert.DoesNotContain("172.20", log.ToString(), StringComparison.Ordinal);
    }

    // Two requests and three new installations of a network are allowed.
    static Task<InProcessCollector> StartAsync(FakeStore store, params string[] trusted) =>
        InProcessCollector.StartAsync(store, o => o with
        {
            TrustedProxies = [.. trusted.Select(IPNetwork.Parse)],
            Limits = o.Limits with { MaxPrefixRate = 0.001, MaxPrefixBurst = 2, MaxNewInstallations = 3 },
        });

    static Task<Answer> SendAsync(InProcessCollector collector, string header, string value, params int[] installations)
    {
        var content = new ByteArrayContent(Some.Batch([.. installations.Select(Some.LineOf)]));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        var request = new HttpRequestMessage(HttpMethod.Post, "v1/batches") { Content = content };
        request.Headers.TryAddWithoutValidation(header, value);
        return collector.SendAsync(request);
    }
}
