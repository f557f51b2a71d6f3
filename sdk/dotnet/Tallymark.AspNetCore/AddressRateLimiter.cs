// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tallymark.AspNetCore;

/// <summary>
/// A token bucket for each address of a connection (for IPv6 its first 64 bits, which are one customer's), in memory
/// only; nothing of it is written or logged. The table has a fixed size: when a set is full, the address seen longest
/// ago is forgotten, which at worst gives it a full bucket again. Thread-safe. The collector has the same algorithm for
/// its network prefixes: code of the two sides is not shared. The framework's partitioned limiter has no such bound.
/// </summary>
sealed class AddressRateLimiter(TimeProvider time)
{
    /// <summary>Requests that an address may make at once.</summary>
    internal const int Burst = 100;

    /// <summary>
    /// Requests per second that an address may make in the long run. A page makes one in ten seconds.
    /// </summary>
    const double Rate = 10;

    const int Addresses = 4096;
    const int Ways = 4;

    readonly Lock _lock = new();
    readonly Bucket[] _buckets = new Bucket[Addresses]; // sets of Ways buckets, chosen by a hash

    /// <summary>Takes one token of an address.</summary>
    /// <param name="address">Null: the server does not know it (a Unix socket); all of these share a bucket.</param>
    /// <returns>Null if the address had one, otherwise the time until it has one again.</returns>
    internal TimeSpan? Take(IPAddress? address)
    {
        var key = KeyOf(address);
        var now = time.GetTimestamp();
        lock (_lock)
        {
            ref var bucket = ref Find(key, now);
            bucket.Left = Math.Min(Burst, bucket.Left + time.GetElapsedTime(bucket.At, now).TotalSeconds * Rate);
            bucket.At = now;
            if (bucket.Left >= 1)
            {
                bucket.Left--;
                return null;
            }

            return TimeSpan.FromSeconds((1 - bucket.Left) / Rate);
        }
    }

    static (AddressFamily Family, ulong Bits) KeyOf(IPAddress? address)
    {
        if (address is null)
            return (AddressFamily.Unspecified, 0);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        return (address.AddressFamily, BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    ref Bucket Find((AddressFamily Family, ulong Bits) key, long now)
    {
        var first = (int)((uint)key.GetHashCode() % (Addresses / Ways)) * Ways;
        var set = _buckets.AsSpan(first, Ways);
        var oldest = 0;
        for (var i = 0; i < Ways; i++)
        {
            if (set[i].Used && set[i].Key == key)
                return ref set[i];
            if (!set[i].Used || (set[oldest].Used && set[i].At < set[oldest].At))
                oldest = i;
        }

        set[oldest] = new Bucket { Used = true, Key = key, At = now, Left = Burst };
        return ref set[oldest];
    }

    [StructLayout(LayoutKind.Auto)]
    struct Bucket
    {
        public bool Used;
        public (AddressFamily Family, ulong Bits) Key;
        public long At;
        public double Left;
    }
}
