// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>
/// The numbers of networks in rows (<see cref="Table.Network"/>) and in cells (<see cref="Cell.Networks"/>). In a
/// bucket the lower 32 bits are the network (/24, or /48 for IPv6), and the upper ones the block (/32) of an IPv6
/// network, 0 for IPv4. Buckets are hashes under a key of the event's day (docs/adr/0025-networks.md), so they can be
/// compared within one day only. Stateless.
/// </summary>
public static class Networks
{
    /// <summary>The installation was new: it counts towards no minimum.</summary>
    public const long New = 0;

    /// <summary>In cells: no network is known, so the installation counts by itself. In rows this is null.</summary>
    public const long Unknown = -1;

    /// <summary>A bucket.</summary>
    /// <param name="block">The block of networks, not negative; 0: none.</param>
    /// <param name="network">The network, not 0.</param>
    public static long Bucket(int block, uint network) => ((long)block << 32) | network;

    /// <summary>The block of a bucket; 0: none.</summary>
    public static int BlockOf(long bucket) => (int)(bucket >> 32);
}
