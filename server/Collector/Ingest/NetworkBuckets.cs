// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// Turns networks into buckets (<see cref="Networks"/>): hashes of the prefix under a key of the event's day, which is
/// the period of a published row. One network has one bucket for all events of a tool and day, whenever they arrive,
/// and nothing links its buckets of two days or tools. Thread-safe.
/// </summary>
sealed class NetworkBuckets(NetworkKeys keys)
{
    /// <summary>The buckets of one network for one tool.</summary>
    public OfNetwork Of(string tool, NetworkPrefix network) => new(keys, tool, network);

    /// <summary>The buckets of one network, by day. Not thread-safe.</summary>
    public sealed class OfNetwork(NetworkKeys keys, string tool, NetworkPrefix network)
    {
        int _lastDay = -1;
        long _last;

        /// <summary>The bucket on the day of an event. Cost: two hashes, unless the day is that of the last
        /// call.</summary>
        /// <param name="day">Days since 1970.</param>
        /// <exception cref="IOException">The day's key can't be saved.</exception>
        public long On(int day)
        {
            if (day != _lastDay)
                (_lastDay, _last) = (day, Bucket(keys.Of(day)));
            return _last;
        }

        long Bucket(byte[] key)
        {
            var block = network.Block is { } wide ? (int)(Hash(key, 'b', wide) >> 1) : 0;
            return Networks.Bucket(block, Math.Max(1, Hash(key, 'n', network.Bits)));
        }

        uint Hash(byte[] key, char kind, ulong bits)
        {
            var content = Encoding.ASCII.GetBytes($"{kind}{(int)network.Family}{bits:x16}{tool}");
            return BinaryPrimitives.ReadUInt32BigEndian(HMACSHA256.HashData(key, content));
        }
    }
}
