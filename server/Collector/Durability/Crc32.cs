// SPDX-License-Identifier: MIT
// The sum of gzip (RFC 1952, 8), eight bytes a step: the framework has none of its own without a package.

using System.Buffers.Binary;

namespace Tallymark.Collector.Durability;

/// <summary>Sums bytes. Stateless and safe for any thread. About a nanosecond a byte at most.</summary>
static class Crc32
{
    const uint Polynomial = 0xEDB88320;
    const int Step = 8;

    static readonly uint[] Tables = MakeTables();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        var tables = Tables.AsSpan();
        for (; bytes.Length >= Step; bytes = bytes[Step..])
        {
            var low = sum ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            sum = tables[(7 * 256) + (byte)low] ^ tables[(6 * 256) + (byte)(low >> 8)]
                ^ tables[(5 * 256) + (byte)(low >> 16)] ^ tables[(4 * 256) + (byte)(low >> 24)]
                ^ tables[(3 * 256) + (byte)high] ^ tables[(2 * 256) + (byte)(high >> 8)]
                ^ tables[256 + (byte)(high >> 16)] ^ tables[(byte)(high >> 24)];
        }

        foreach (var one in bytes)
            sum = tables[(byte)(sum ^ one)] ^ (sum >> 8);
        return ~sum;
    }

    // Table 0 is the sum of one byte; table n that of a byte with n zeros behind it.
    static uint[] MakeTables()
    {
        var tables = new uint[Step * 256];
        for (var one = 0; one < 256; one++)
        {
            var sum = (uint)one;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum & 1) != 0 ? Polynomial ^ (sum >> 1) : sum >> 1;
            tables[one] = sum;
        }

        for (var at = 256; at < tables.Length; at++)
            tables[at] = tables[(byte)tables[at - 256]] ^ (tables[at - 256] >> 8);
        return tables;
    }
}
