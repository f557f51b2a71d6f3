// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Tallymark.Collector.Http;

/// <summary>
/// A token bucket for each network prefix, in memory only; nothing of it is ever written or logged. The table has a
/// fixed size: when a set is full, the prefix seen longest ago is forgotten, which at worst gives it a full bucket
/// again. Thread-safe.
/// </summary>
sealed class PrefixRateLimiter
{
    const int Ways = 4;

    readonly double _rate;
    readonly int _burst;
    readonly Lock _lock = new();
    readonly Bucket[] _buckets; // sets of Ways buckets, chosen by a hash that differs between processes
    readonly TimeProvider _time;

    /// <param name="rate">Requests per second that a prefix may make in the long run; 0: unlimited.</param>
    /// <param name="burst">How many requests it may make at once.</param>
    /// <param name="prefixes">How many prefixes are remembered; a power of two.</param>
    /// <param name="time">The clock.</param>
    public PrefixRateLimiter(double rate, int burst, int prefixes, TimeProvider time)
    {
        _rate = rate;
        _burst = burst;
        _buckets = new Bucket[prefixes];
        _time = time;
    }

    /// <summary>Takes tokens of a prefix, all or none.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="count">How many; a prefix never has more than its burst.</param>
    /// <returns>Null if the prefix had as many, otherwise the time until it has them.</returns>
    public TimeSpan? Take(NetworkPrefix prefix, int count = 1)
    {
        if (_rate <= 0 || prefix.IsThisMachine)
            return null;
        var now = _time.GetTimestamp();
        lock (_lock)
        {
            ref var bucket = ref Find(prefix, now);
            bucket.Left = Math.Min(_burst, bucket.Left + _time.GetElapsedTime(bucket.At, now).TotalSeconds * _rate);
            bucket.At = now;
            if (bucket.Left >= count)
            {
                bucket.Left -= count;
                return null;
            }

            return TimeSpan.FromSeconds((count - bucket.Left) / _rate);
        }
    }

    ref Bucket Find(NetworkPrefix prefix, long now)
    {
        var sets = _buckets.Length / Ways;
        var set = _buckets.AsSpan((int)((uint)HashCode.Combine(prefix.Family, prefix.Bits) % (uint)sets) * Ways, Ways);
        var oldest = 0;
        for (var i = 0; i < Ways; i++)
        {
            if (set[i].Used && set[i].Prefix == prefix)
                return ref set[i];
            if (!set[i].Used || (set[oldest].Used && set[i].At < set[oldest].At))
                oldest = i;
        }

        set[oldest] = new Bucket { Used = true, Prefix = prefix, At = now, Left = _burst };
        return ref set[oldest];
    }

    [StructLayout(LayoutKind.Auto)]
    struct Bucket
    {
        public bool Used;
        public NetworkPrefix Prefix;
        public long At;
        public double Left;
    }
}
