// SPDX-License-Identifier: MIT

using System.Net;
using System.Runtime.InteropServices;

namespace Tallymark.Collector.Http;

/// <summary>
/// Address ranges that say nothing about a place: private networks, loopback, documentation, tunnels (RFC 6890 and the
/// IANA registries of special-purpose addresses), and multicast. Country tables assign countries to some of them.
/// Immutable. Thread-safe.
/// </summary>
static class SpecialPurpose
{
    // A range within one prefix makes the whole prefix special: 192.0.0.8/32 is in 192.0.0.0/24.
    static readonly Range[] IPv4 = Ranges(
        NetworkPrefix.IPv4RemovedBits,
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4");

    static readonly Range[] IPv6 = Ranges(
        NetworkPrefix.IPv6RemovedBits,
        "::/48", "64:ff9b::/48", "64:ff9b:1::/48", "100::/48", "2001::/23", "2001:db8::/32", "2002::/16",
        "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "ff00::/8");

    /// <summary>Whether a prefix is in such a range.</summary>
    public static bool Contains(NetworkPrefix prefix)
    {
        foreach (var (first, last) in prefix.Family == PrefixFamily.IPv6 ? IPv6 : IPv4)
        {
            if (prefix.Bits >= first && prefix.Bits <= last)
                return true;
        }

        return false;
    }

    static Range[] Ranges(int removedBits, params string[] networks) =>
    [
        .. networks.Select(IPNetwork.Parse).Select(network =>
        {
            var first = NetworkPrefix.Of(network.BaseAddress).Bits;
            var bits = network.BaseAddress.GetAddressBytes().Length * 8 - network.PrefixLength - removedBits;
            return new Range(first, first + (1UL << bits) - 1);
        }),
    ];

    [StructLayout(LayoutKind.Auto)]
    readonly record struct Range(ulong First, ulong Last);
}
