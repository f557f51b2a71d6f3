// SPDX-License-Identifier: MIT

using System.Net;

namespace Tallymark.Collector.Tests;

/// <summary>How far the installations of a network count towards the minimum of a published row.</summary>
public sealed class NetworkTests : IDisposable
{
    static readonly DateTimeOffset Start = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    static readonly DateOnly First = DateOnly.FromDateTime(Start.UtcDateTime);

    readonly TempFolder _folder = new();
    readonly FakeTimeProvider _clock = new(Start.AddHours(12));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_installation_counts_from_its_second_day_whatever_times_it_sends()
    {
        await using var collector = await StartAsync();
        await SendAsync(collector, "203.0.113.1", 1, days: [-3, 0, 1]); // the past, today, the future
        Assert.Equal([Networks.New, Networks.New, Networks.New], Of(collector, -3, 0, 1));

        _clock.Advance(TimeSpan.FromHours(11.9)); // still the first day
        await SendAsync(collector, "203.0.113.1", 1, days: [0, 1]);
        Assert.Equal([Networks.New, Networks.New, Networks.New], Of(collector, -3, 0, 1));

        _clock.Advance(TimeSpan.FromHours(1));
        await SendAsync(collector, "203.0.113.1", 1, days: [-3, 0, 1, 2]);
        Assert.Equal([Networks.New, Networks.New], Of(collector, -3, 0)); // not even later
        Assert.All(Of(collector, 1, 2), network => Assert.True(network > 0));
    }

    [Fact]
    public async Task After_a_restart_the_first_day_is_known_and_not_another()
    {
        await using (var collector = await StartAsync())
            await SendAsync(collector, "203.0.113.1", 1, days: 0);
        await using (var collector = await StartAsync())
        {
            await SendAsync(collector, "203.0.113.1", 1, days: 0);
            Assert.Equal([Networks.New], Of(collector, 0));
        }

        _clock.Advance(TimeSpan.FromDays(1));
        await using (var collector = await StartAsync())
        {
            await SendAsync(collector, "203.0.113.1", 1, days: 1);
            await SendAsync(collector, "203.0.113.1", 2, days: 1);
            Assert.Equal(1, Of(collector, 1).Count(network => network > 0));
            Assert.Equal(1, Of(collector, 1).Count(network => network == Networks.New));
        }
    }

    [Fact]
    public async Task A_network_has_one_bucket_for_a_day_whenever_its_events_arrive()
    {
        var (ipv4, ipv6) = (new[] { "203.0.113.1", "203.0.113.77", "203.0.114.1" },
            new[] { "2001:db8:1::1", "2001:db8:1:ffff::1", "2001:db8:2::1", "2001:db9:1::1" });
        await using (var collector = await StartAsync())
        {
            for (var i = 0; i < ipv4.Length; i++)
                await SendAsync(collector, ipv4[i], i, days: 0);
            for (var i = 0; i < ipv6.Length; i++)
                await SendAsync(collector, ipv6[i], 10 + i, days: 0);
        }

        for (var arrives = 1; arrives < ipv4.Length + ipv6.Length; arrives++)
        {
            _clock.Advance(TimeSpan.FromDays(1)); // each on another day, by another process
            await using var collector = await StartAsync();
            if (arrives <= ipv4.Length)
                await SendAsync(collector, ipv4[arrives - 1], arrives - 1, days: 1);
            if (arrives <= ipv6.Length)
                await SendAsync(collector, ipv6[arrives - 1], 9 + arrives, days: 1);
        }

        await using (var collector = await StartAsync())
        {
            var networks = Of(collector, 1);
            Assert.All(networks, network => Assert.True(network > 0));
            // .1 and .77 share a /24, the first two a /48; three share the block 2001:db8::/32.
            Assert.Equal([1, 1, 1, 2, 2], Sizes(networks));
            Assert.Equal([1, 3, 3], Sizes(networks.Select(network => (long)Networks.BlockOf(network))));
        }
    }

    [Fact]
    public async Task A_key_lives_as_long_as_events_of_its_day_can_arrive_and_is_in_no_backup()
    {
        await using (var collector = await StartAsync())
            await SendAsync(collector, "203.0.113.1", 1, days: 0);
        _clock.Advance(TimeSpan.FromDays(1));
        await using (var collector = await StartAsync())
        {
            await SendAsync(collector, "203.0.113.1", 1, days: [-9, 1]);
            Assert.Equal([Day(1)], KeyDays()); // the others count towards nothing and need none
            using var client = ControlClient.TryConnect(collector.Data)!;
            client.Backup(_folder["backups"], keep: 1);
            Assert.NotEmpty(Directory.GetFiles(_folder["backups"], "*.duckdb", SearchOption.AllDirectories));
            Assert.Empty(Directory.GetFiles(_folder["backups"], "network-keys*", SearchOption.AllDirectories));
        }

        _clock.Advance(TimeSpan.FromDays(59));
        await using (var collector = await StartAsync())
        {
            using (var client = ControlClient.TryConnect(collector.Data)!)
                client.Reload(acceptClock: true); // it did not run for 59 days
            await SendAsync(collector, "203.0.113.1", 1, days: 60);
            Assert.Equal([Day(1), Day(60)], KeyDays());
        }

        _clock.Advance(TimeSpan.FromDays(2));
        await using (var collector = await StartAsync())
        {
            await SendAsync(collector, "203.0.113.1", 1, days: 62);
            Assert.Equal([Day(60), Day(62)], KeyDays());
        }
    }

    [Fact]
    public async Task An_id_that_many_networks_use_on_one_day_is_reported_and_counts_as_one_installation()
    {
        await using var collector = await StartAsync();
        await SendAsync(collector, "203.0.113.1", 1, days: 0); // an image is made
        await SendAsync(collector, "203.0.113.1", 2, days: 0);
        _clock.Advance(TimeSpan.FromDays(1));
        for (var network = 0; network < 9; network++)
            await SendAsync(collector, $"198.51.{network}.1", 1, days: 1); // and used
        for (var network = 0; network < 8; network++)
            await SendAsync(collector, $"198.51.{network}.1", 2, days: 1); // a machine that moves a lot
        using var client = ControlClient.TryConnect(collector.Data)!;
        collector.CountSharedIds();
        Assert.Equal(0, client.Status().Tools[0].SharedIds); // the day is not over

        _clock.Advance(TimeSpan.FromDays(1));
        collector.CountSharedIds();
        Assert.Equal(1, client.Status().Tools[0].SharedIds);
        Assert.Contains("\ntallymark_installations_shared{tool=\"probe\"} 1\n", (await collector.GetAsync("metrics")).Text,
            StringComparison.Ordinal);
        Assert.Contains(" 246 ", collector.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("198.51", collector.Log, StringComparison.Ordinal);
        var cell = Assert.Single(client.Cells(
            "probe", new CellQuery(["plain"], [], First.AddDays(1), First.AddDays(1), "installation")).ToList());
        Assert.Equal((17, 2), (cell.Occurrences, cell.Installations.Count));

        _clock.Advance(TimeSpan.FromDays(1));
        collector.CountSharedIds();
        Assert.Equal(0, client.Status().Tools[0].SharedIds);
    }

    [Fact]
    public async Task Installations_of_the_operators_own_networks_count_each_for_itself_and_at_once()
    {
        await using var collector = await StartAsync(own: "203.0.113.0/24");
        await SendAsync(collector, "203.0.113.1", 1, days: 0);
        await SendAsync(collector, "203.0.114.1", 2, days: 0);
        Assert.Equal([Networks.Unknown, Networks.New], Of(collector, 0).Order());
        Assert.Empty(KeyDays());
    }

    Task<InProcessCollector> StartAsync(string? own = null) => InProcessCollector.StartAsync(
        _folder, data => new DuckDbEventStore(data.Path, new DuckDbOptions { Time = _clock }), options => options with
        {
            TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")],
            OwnNetworks = own is null ? [] : [IPNetwork.Parse(own)],
        }, _clock);

    static async Task SendAsync(InProcessCollector collector, string address, int installation, params int[] days)
    {
        var lines = days.Select(day => Some.Line(
            fields: $"\"installation\":\"{installation:x64}\"", time: Some.Time(Start.AddDays(day).AddSeconds(1))));
        var answer = await collector.SendAsync(Some.Batch([.. lines]), forwardedFor: address);
        Assert.Equal(days.Length, answer.Stored);
    }

    // The networks of all installations on these days, in the order of the days.
    static List<long> Of(InProcessCollector collector, params int[] days)
    {
        using var client = ControlClient.TryConnect(collector.Data)!;
        return
        [
            .. days.SelectMany(day => client.Cells(
                "probe", new CellQuery(["plain"], [], First.AddDays(day), First.AddDays(day), "installation")).ToList())
                .SelectMany(cell => cell.Networks),
        ];
    }

    static IEnumerable<int> Sizes(IEnumerable<long> numbers) =>
        numbers.GroupBy(number => number).Select(group => group.Count()).Order();

    static string Day(int day) => First.AddDays(day).ToString("yyyy-MM-dd", null);

    List<string> KeyDays()
    {
        var path = _folder["data/network-keys.tsv"];
        return File.Exists(path) ? [.. File.ReadLines(path).Select(line => line[..10])] : [];
    }
}
