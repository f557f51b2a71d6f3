// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tallymark.Collector.Http;

/// <summary>
/// The first 24 bits of an IPv4 address, or the first 48 of an IPv6 address: the only form in which the collector's
/// code ever sees an address. <c>default</c>: unknown. It deliberately has no text form, so that none can reach a log.
/// </summary>
[StructLayout(LayoutKind.Auto)]
readonly record struct NetworkPrefix
{
    /// <summary>How many bits of an IPv4 address are removed.</summary>
    public const int IPv4RemovedBits = 32 - 24;

    /// <summary>How many bits of an IPv6 address are removed.</summary>
    public const int IPv6RemovedBits = 128 - 48;

    const int BlockRemovedBits = 128 - 32;

    NetworkPrefix(PrefixFamily family, ulong bits)
    {
        Family = family;
        Bits = bits;
    }

    public PrefixFamily Family { get; }

    /// <summary>The leading bits as a number: 24 or 48 of them.</summary>
    public ulong Bits { get; }

    /// <summary>The first 32 bits of an IPv6 address, the block of one provider or customer; null for IPv4.</summary>
    public ulong? Block => Family == PrefixFamily.IPv6 ? Bits >> (BlockRemovedBits - IPv6RemovedBits) : null;

    /// <summary>
    /// Whether the operator vouches for the network (<see cref="CollectorOptions.OwnNetworks"/>): its installations
    /// count each for itself and from their first day.
    /// </summary>
    public bool IsOwn { get; init; }

    /// <summary>
    /// True for a program on this machine that talks to the collector itself. Its requests are not limited. A request
    /// that a proxy on this machine forwarded comes from a client anywhere.
    /// </summary>
    public bool IsThisMachine { get; init; }

    public static NetworkPrefix Of(IPAddress? address)
    {
        if (address is null)
            return default;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork when address.TryWriteBytes(bytes, out _) =>
                new(PrefixFamily.IPv4, BinaryPrimitives.ReadUInt32BigEndian(bytes) >> IPv4RemovedBits),
            AddressFamily.InterNetworkV6 when address.TryWriteBytes(bytes, out _) =>
                new(PrefixFamily.IPv6, BinaryPrimitives.ReadUInt64BigEndian(bytes) >> (IPv6RemovedBits - 64)),
            _ => default,
        };
    }

    public override string ToString() => Family == PrefixFamily.None ? "unknown" : "withheld";
}

enum PrefixFamily : byte
{
    None,
    IPv4,
    IPv6,
}
