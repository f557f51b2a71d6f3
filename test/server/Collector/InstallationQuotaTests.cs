// SPDX-License-Identifier: MIT

using System.Net;

namespace Tallymark.Collector.Tests;

/// <summary>Events of a network that invents installations are stored, but lift no row over a threshold.</summary>
public sealed class InstallationQuotaTests
{
    [Fact]
    public async Task Beyond_the_quota_new_installations_are_stored_and_not_counted_while_known_ones_still_count()
    {
        using var folder = new TempFolder();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var collector = await StartAsync(folder, clock);

        var first = await SendAsync(collector, "203.0.113.1", 1, 1, 2, 3, 4); // 3 and 4 are over the quota
        var known = await SendAsync(collector, "203.0.113.9", 1, 2);
        await SendAsync(collector, "198.51.100.1", 5, 3); // another network: 3 may be new there

        Assert.Equal((5, 2), (first.Stored, known.Stored));
        Assert.Contains("tallymark_events_uncounted_total{tool=\"probe\"} 2\n",
            (await collector.GetAsync("metrics")).Text, StringComparison.Ordinal);
        Assert.Equal((7, 4), Cells(collector)); // 1 1 2, 1 2, 5 3
        Assert.Equal(9, (await collector.CountersAsync()).Stored);

        clock.SetUtcNow(clock.GetUtcNow().AddHours(12.1)); // half of the daily quota
        await SendAsync(collector, "203.0.113.1", 4, 6);
        Assert.Equal((8, 5), Cells(collector)); // 4 counts from now on, 6 does not
    }

    [Fact]
    public async Task After_a_restart_only_installations_that_counted_are_known()
    {
        using var folder = new TempFolder();
        await using (var collector = await StartAsync(folder, TimeProvider.System))
            await SendAsync(collector, "203.0.113.1", 1, 2, 3); // 3 is over the quota
        await using (var collector = await StartAsync(folder, TimeProvider.System))
        {
            // 5 and 6 use the quota of the new day; 3 is over it again.
            await SendAsync(collector, "203.0.113.1", 1, 2, 5, 6, 3);
            Assert.Contains("tallymark_events_uncounted_total{tool=\"probe\"} 1\n",
                (await collector.GetAsync("metrics")).Text, StringComparison.Ordinal);
            Assert.Equal((6, 4), Cells(collector));
        }
    }

    [Fact]
    public async Task Without_a_quota_every_installation_counts()
    {
        using var folder = new TempFolder();
        await using var collector = await StartAsync(folder, TimeProvider.System, cap: 0);
        await SendAsync(collector, "203.0.113.1", 1, 2, 3, 4, 5);
        Assert.Equal((5, 5), Cells(collector));
    }

    static Task<InProcessCollector> StartAsync(TempFolder folder, TimeProvider time, int cap = 2) =>
        InProcessCollector.StartAsync(
            folder, data => new DuckDb.DuckDbEventStore(data.Path), options => options with
            {
                TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")],
                Limits = options.Limits with { MaxNewInstallations = cap },
            }, time);

    static Task<Answer> SendAsync(InProcessCollector collector, string address, params int[] installations) =>
        collector.SendAsync(Some.Batch([.. installations.Select(Some.LineOf)]), forwardedFor: address);

    static (long Events, int Installations) Cells(InProcessCollector collector)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        using var client = ControlClient.TryConnect(collector.Data)!;
        var cells = client.Cells("probe",
            new CellQuery(["plain"], ["event"], today.AddDays(-1), today.AddDays(1), "installation")).ToList();
        return (cells.Sum(cell => cell.Occurrences), cells.SelectMany(cell => cell.Installations).Distinct().Count());
    }
}
