// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>The collector derives a country from an address and keeps nothing else of it.</summary>
public sealed class AddressTests
{
    const string IPv4Table = """
        192.0.3.0,192.0.3.255,UG
        198.52.100.0,198.52.101.255,DE
        198.52.101.128,198.52.101.255,FR
        203.0.112.0,203.0.112.255,AQ
        203.0.114.0,203.0.114.127,EU
        203.0.115.1,203.0.115.255,JP
        203.0.116.0,203.0.119.255,AP
        203.0.118.0,203.0.118.255,ZZ
        """;

    const string IPv6Table = "2001:4db8:1::,2001:4db8:2:ffff:ffff:ffff:ffff:ffff,KE\n";

    static CollectorOptions BehindProxy(CollectorOptions options, TempFolder folder)
    {
        folder.Write("countries/v4.csv", IPv4Table);
        folder.Write("countries/v6.csv", IPv6Table);
        return options with
        {
            Countries = folder["countries"],
            TrustedProxies = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.1.2.3/32")],
        };
    }

    [Theory]
    [InlineData("192.0.3.7", "UG")]
    [InlineData("::ffff:192.0.3.7", "UG")]
    [InlineData("192.0.3.7:4711", "UG")]
    [InlineData("198.52.100.255", "DE")]
    [InlineData("198.52.101.200", "DE")] // a prefix has the country of its first address
    [InlineData("203.0.112.1", "AQ")]
    [InlineData("203.0.114.200", "?EU")]
    [InlineData("203.0.115.9", null)]
    [InlineData("203.0.117.1", "?AS")]
    [InlineData("203.0.118.1", "?AS")]
    [InlineData("203.0.120.0", null)]
    [InlineData("9.9.9.9", null)]
    [InlineData("2001:4db8:1:1::1", "KE")]
    [InlineData("[2001:4db8:2:ffff::1]:443", "KE")]
    [InlineData("2001:4db8:3::1", null)]
    [InlineData("192.0.3.7, 10.1.2.3", "UG")] // the last hop is a trusted proxy too
    [InlineData("9.9.9.9, 192.0.3.7", "UG")] // the client itself wrote the hops to the left
    [InlineData("192.0.3.7, nonsense", null)]
    [InlineData("nonsense", null)]
    public async Task Behind_a_trusted_proxy_the_country_is_that_of_the_right_most_hop_that_is_not_trusted(
        string forwarded, string? country)
    {
        using var store = new FakeStore();
        using var folder = new TempFolder();
        await using var collector =
            await InProcessCollector.StartAsync(folder, _ => store, o => BehindProxy(o, folder));

        await collector.SendAsync(
            Some.Batch(Some.Line(), Some.Line(withheld: "\"withheld\":[\"country\"],")), forwardedFor: forwarded);

        Assert.Equal([country, null], store.Column("plain", "country"));
    }

    [Fact]
    public async Task An_address_forwarded_by_an_untrusted_peer_is_ignored()
    {
        using var store = new FakeStore();
        using var folder = new TempFolder();
        await using var collector = await InProcessCollector.StartAsync(
            folder, _ => store, o => BehindProxy(o, folder) with { TrustedProxies = [IPNetwork.Parse("10.1.2.3/32")] });

        await collector.SendAsync(Some.Batch(Some.Line()), forwardedFor: "192.0.3.7");

        Assert.Equal([null], store.Column("plain", "country"));
    }

    [Fact]
    public async Task A_kept_alive_connection_has_its_address_for_each_request()
    {
        using var store = new FakeStore();
        using var folder = new TempFolder();
        await using var collector = await InProcessCollector.StartAsync(folder, _ => store);

        for (var i = 0; i < 3; i++)
            await collector.SendAsync(Some.Line());

        var networks = store.Column("plain", "network");
        Assert.Equal(3, networks.Count);
        Assert.NotNull(Assert.Single(networks.Distinct()));
    }

    [Theory]
    [InlineData("10.0.0.0", "10.255.255.255")]
    [InlineData("100.64.0.0", "100.127.255.255")]
    [InlineData("127.0.0.0", "127.255.255.255")]
    [InlineData("169.254.0.0", "169.254.255.255")]
    [InlineData("172.16.0.0", "172.31.255.255")]
    [InlineData("192.0.0.0", "192.0.0.255")]
    [InlineData("192.0.2.0", "192.0.2.255")]
    [InlineData("192.88.99.0", "192.88.99.255")]
    [InlineData("192.168.0.0", "192.168.255.255")]
    [InlineData("198.18.0.0", "198.19.255.255")]
    [InlineData("198.51.100.0", "198.51.100.255")]
    [InlineData("203.0.113.0", "203.0.113.255")]
    [InlineData("240.0.0.0", "255.255.255.255")]
    [InlineData("::1", "::1")]
    [InlineData("64:ff9b::", "64:ff9b::ffff:ffff")]
    [InlineData("100::", "100::ffff:ffff:ffff:ffff")]
    [InlineData("2001::", "2001:1ff:ffff:ffff::")]
    [InlineData("2001:db8::", "2001:db8:ffff:ffff::")]
    [InlineData("2002::", "2002:ffff:ffff:ffff::")]
    [InlineData("fc00::", "fdff:ffff:ffff:ffff::")]
    [InlineData("fe80::", "febf:ffff:ffff:ffff::")]
    public void A_special_purpose_range_has_no_country_whatever_the_table_says(string first, string last)
    {
        using var folder = new TempFolder();
        folder.Write("all.csv", "0.0.0.0,255.255.255.255,AU\n::,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,AU\n");
        var table = CountryTable.Load(folder.Path);
        Assert.True(Find(first).IsEmpty);
        Assert.True(Find(last).IsEmpty);
        foreach (var outside in new[] { "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
            "192.169.0.0", "100.63.255.255", "100.128.0.0", "2001:200::", "2003::", "fbff::", "2620:4f:8001::" })
        {
            Assert.Equal("AU"u8, Find(outside));
        }

        ReadOnlySpan<byte> Find(string address) => table.Find(NetworkPrefix.Of(IPAddress.Parse(address)));
    }

    [Fact]
    public void Only_the_prefix_of_an_address_is_kept()
    {
        Assert.Equal(NetworkPrefix.Of(IPAddress.Parse("192.0.3.7")), NetworkPrefix.Of(IPAddress.Parse("192.0.3.250")));
        Assert.Equal(
            NetworkPrefix.Of(IPAddress.Parse("192.0.3.7")), NetworkPrefix.Of(IPAddress.Parse("::ffff:192.0.3.9")));
        Assert.NotEqual(NetworkPrefix.Of(IPAddress.Parse("192.0.3.7")), NetworkPrefix.Of(IPAddress.Parse("192.0.4.7")));
        Assert.Equal(
            NetworkPrefix.Of(IPAddress.Parse("2001:4db8:1:2::3")),
            NetworkPrefix.Of(IPAddress.Parse("2001:4db8:1:ffff::9")));
        Assert.NotEqual(
            NetworkPrefix.Of(IPAddress.Parse("2001:4db8:1::")), NetworkPrefix.Of(IPAddress.Parse("2001:4db8:2::")));
        Assert.Equal((1UL << 24) - 1, NetworkPrefix.Of(IPAddress.Parse("255.255.255.255")).Bits);
        Assert.Equal((1UL << 48) - 1, NetworkPrefix.Of(IPAddress.Parse("ffff:ffff:ffff:ffff::")).Bits);
        Assert.Equal("withheld", NetworkPrefix.Of(IPAddress.Parse("192.0.3.7")).ToString());
    }

    [Fact]
    public void The_bundled_country_tables_load_quickly_and_cover_most_networks()
    {
        var started = Stopwatch.GetTimestamp();
        var table = CountryTable.Load(Path.Combine(AppContext.BaseDirectory, "countries"));
        var time = Stopwatch.GetElapsedTime(started);

        TestContext.Current.TestOutputHelper!.WriteLine($"loaded in {time.TotalMilliseconds:0} ms");
        Assert.Equal("US", Encoding.ASCII.GetString(table.Find(NetworkPrefix.Of(IPAddress.Parse("8.8.8.8")))));
        Assert.Equal("DE", Encoding.ASCII.GetString(table.Find(NetworkPrefix.Of(IPAddress.Parse("2003::1")))));
        Assert.True(table.Find(NetworkPrefix.Of(IPAddress.Parse("10.0.0.1"))).IsEmpty);
        Assert.True(table.Find(default).IsEmpty);
        // A bound for slow machines; the output has the actual time.
        Assert.True(time < TimeSpan.FromSeconds(5), $"{time}");
    }

    [Fact]
    public void Flattened_ranges_find_the_same_as_a_search_through_all_ranges()
    {
        const int Seed = 20_261_120;
        var random = new Random(Seed);
        for (var round = 0; round < 300; round++)
        {
            var ranges = Enumerable.Range(0, random.Next(1, 12)).Select(i =>
            {
                var first = (ulong)random.Next(0, 40);
                return new PrefixRange(first, first + (ulong)random.Next(0, 20), (byte)random.Next(0, 4));
            }).ToList();
            // Overlapping ranges have no inner one; the real tables have no such ranges.
            ranges = [.. ranges.Where(a =>
                ranges.TrueForAll(b => !(a.First < b.First && b.First <= a.Last && a.Last < b.Last)))];
            var flat = new PrefixRanges(ranges);
            for (var prefix = 0UL; prefix < 64; prefix++)
            {
                var inner = ranges.Where(r => r.First <= prefix && prefix <= r.Last)
                    .OrderBy(r => r.Last - r.First).ThenByDescending(r => ranges.LastIndexOf(r))
                    .Select(r => (byte?)r.Code).FirstOrDefault();
                Assert.True(
                    (inner ?? PrefixRanges.None) == flat.Find(prefix), $"seed {Seed}, round {round}, prefix {prefix}");
            }
        }
    }

    [Fact]
    public async Task No_address_is_left_in_any_log_or_file()
    {
        const string Address = "203.0.112.77";
        using var folder = new TempFolder();
        var collector = await InProcessCollector.StartAsync(folder, o => BehindProxy(o, folder));
        await collector.SendAsync(Some.Batch(Some.LineOf(1), Some.Line("nothing"), "x"), forwardedFor: Address);
        await collector.SendAsync(Encoding.UTF8.GetBytes("no batch"), forwardedFor: Address);
        await collector.SendAsync(Some.Batch([Some.Line(manifest: 9)]), forwardedFor: Address);
        await collector.SendAsync(new byte[600_000], pack: false, forwardedFor: Address);
        await collector.SendAsync(Some.Batch([Some.Line()], tool: Address), forwardedFor: Address);
        var live = await collector.GetAsync("metrics?" + Address);
        await collector.StopAsync();
        folder.Write("log.txt", collector.Log + live.Text);

        Assert.Equal(0, FilesWith(folder, Address));

        // The search finds planted addresses, as text and as bytes.
        folder.Write("data/tools/planted.txt", "from " + Address);
        File.WriteAllBytes(folder["data/planted.bin"], [0, 1, .. IPAddress.Parse(Address).GetAddressBytes(), 2]);
        Assert.Equal(2, FilesWith(folder, Address));
    }

    static int FilesWith(TempFolder folder, string address)
    {
        var text = Encoding.ASCII.GetBytes(address);
        var prefix = text.AsSpan(0, address.LastIndexOf('.')).ToArray();
        var bytes = IPAddress.Parse(address).GetAddressBytes();
        byte[][] forms = [text, Encoding.Unicode.GetBytes(address), bytes, [.. bytes.Reverse()], prefix];
        return Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
            .Where(path => !path.Contains("countries", StringComparison.Ordinal))
            .Count(path => Array.Exists(forms, form => File.ReadAllBytes(path).AsSpan().IndexOf(form) >= 0));
    }
}
