// SPDX-License-Identifier: MIT

using System.Net;

namespace Tallymark.Collector.Tests;

/// <summary>No installation, and no network without installations, makes most of a number.</summary>
public sealed class ContributionBoundTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_installation_adds_at_most_the_default_to_an_event_and_day()
    {
        await using var collector = await StartAsync();
        for (var i = 0; i < 3; i++)
        {
            var lines = Enumerable.Repeat(Some.LineOf(1), 100).ToArray();
            Assert.Equal(100, (await SendAsync(collector, "203.0.113.1", lines)).Stored);
        }

        await SendAsync(collector, "198.51.100.1", Some.LineOf(1), Some.LineOf(2)); // from another network, and another
        Assert.Equal(201, Counted(collector));
        Assert.Contains("tallymark_events_uncounted_total{tool=\"probe\"} 101\n",
            (await collector.GetAsync("metrics")).Text, StringComparison.Ordinal);
        Assert.Equal(302, (await collector.CountersAsync()).Stored);
    }

    [Fact]
    public async Task The_manifest_sets_the_bound_and_each_event_and_day_has_its_own()
    {
        SetBound(3);
        await using var collector = await StartAsync();
        var yesterday = Some.Time(TimeProvider.System.GetUtcNow().AddDays(-1));
        string[] lines =
        [
            .. Enumerable.Repeat(Some.LineOf(1), 5),
            .. Enumerable.Repeat(Some.Line(fields: $"\"installation\":\"{1:x64}\"", time: yesterday), 5),
            .. Enumerable.Repeat(Some.Line("every", $"\"installation\":\"{1:x64}\""), 5),
        ];
        await SendAsync(collector, "203.0.113.1", lines);
        Assert.Equal(6, Counted(collector));
        Assert.Equal(3, Counted(collector, "every"));
    }

    [Fact]
    public async Task A_restart_does_not_begin_again()
    {
        SetBound(3);
        for (var i = 0; i < 3; i++)
        {
            await using var collector = await StartAsync();
            await SendAsync(collector, "203.0.113.1", Some.LineOf(1), Some.LineOf(1), Some.Line(), Some.Line());
            Assert.Equal(i == 0 ? 4 : 6, Counted(collector));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_that_is_sent_again_after_a_lost_reply_uses_the_bound_once(bool isRestarted)
    {
        SetBound(3);
        var batch = Some.Batch([Some.LineOf(1), Some.LineOf(1), Some.Line(), Some.Line()], Guid.NewGuid());
        await using (var collector = await StartAsync())
        {
            await collector.SendAsync(batch, forwardedFor: "203.0.113.1");
            if (!isRestarted)
            {
                await SendAgainAsync(collector);
                return;
            }
        }

        await using var restarted = await StartAsync();
        await SendAgainAsync(restarted);

        async Task SendAgainAsync(InProcessCollector collector)
        {
            for (var i = 0; i < 3; i++)
                await collector.SendAsync(batch, forwardedFor: "203.0.113.1");
            Assert.Equal(4, Counted(collector));
            await SendAsync(collector, "203.0.113.1", Some.LineOf(1), Some.LineOf(1), Some.Line(), Some.Line());
            Assert.Equal(6, Counted(collector)); // one more of each source
        }
    }

    [Fact]
    public async Task Without_installations_a_network_adds_as_much_as_one_installation()
    {
        SetBound(3);
        await using var collector = await StartAsync();
        string[] lines = [.. Enumerable.Repeat(Some.Line(), 5)];
        await SendAsync(collector, "203.0.113.1", lines);
        await SendAsync(collector, "203.0.113.2", lines);
        Assert.Equal(3, Counted(collector));
        await SendAsync(collector, "203.0.114.1", lines);
        Assert.Equal(6, Counted(collector));
    }

    void SetBound(int max) => _folder.Write("manifests/probe.yaml", Some.Manifest.Replace(
        "version: 1\n", $"version: 1\nmax-per-day: {max}\n", StringComparison.Ordinal));

    Task<InProcessCollector> StartAsync() => InProcessCollector.StartAsync(
        _folder, options => options with { TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] });

    static Task<Answer> SendAsync(InProcessCollector collector, string address, params string[] lines) =>
        collector.SendAsync(Some.Batch(lines), forwardedFor: address);

    static long Counted(InProcessCollector collector, string name = "plain")
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        using var client = ControlClient.TryConnect(collector.Data)!;
        return client.Cells("probe",
            new CellQuery([name], ["event"], today.AddDays(-2), today.AddDays(1), "installation"))
            .Sum(cell => cell.Occurrences);
    }
}
