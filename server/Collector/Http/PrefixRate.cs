// SPDX-License-Identifier: MIT
// How often a network may come: a token bucket a prefix, in memory only and of a fixed size.

using System.Runtime.InteropServices;

namespace Tallymark.Collector.Http;

/// <summary>
/// Counts requests of a prefix; nothing of it is ever written or logged. The table never grows: where a set of it is
/// full, the prefix that came longest ago is forgotten, which at worst gives it a full bucket again. Safe for any
/// thread.
/// </summary>
sealed class PrefixRate
{
    const int Ways = 4;

    readonly double _rate;
    readonly int _burst;
    readonly Lock _lock = new();
    readonly Bucket[] _buckets; // sets of Ways, chosen by a hash that differs from process to process
    readonly TimeProvider _time;

    /// <param name="rate">Requests a second that a prefix may make for ever; 0: there is no bound.</param>
    /// <param name="burst">How many it may make at once.</param>
    /// <param name="prefixes">How many prefixes are remembered, a power of two.</param>
    /// <param name="time">The clock.</param>
    public PrefixRate(double rate, int burst, int prefixes, TimeProvider time)
    {
        _rate = rate;
        _burst = burst;
        _buckets = new Bucket[prefixes];
        _time = time;
    }

    /// <summary>Takes one request of a prefix.</summary>
    /// <returns>Null if it may be made, otherwise how long until the next one may.</returns>
    public TimeSpan? Take(NetworkPrefix prefix)
    {
        if (_rate <= 0 || prefix.IsLoopback) // this machine's own are no strangers
            return null;
        var now = _time.GetTimestamp();
        lock (_lock)
        {
            ref var bucket = ref Find(prefix, now);
            bucket.Left = Math.Min(_burst, bucket.Left + _time.GetElapsedTime(bucket.At, now).TotalSeconds * _rate);
            bucket.At = now;
            if (bucket.Left >= 1)
            {
                bucket.Left--;
                return null;
            }

            return TimeSpan.FromSeconds((1 - bucket.Left) / _rate);
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
