// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.IO.Compression;

namespace Tallymark.Bench.Fuzz;

/// <summary>
/// Compresses bodies in every form of gzip that a client may send, and in some that it may not. Stateless.
/// </summary>
static class Packing
{
    // The framework's stream writes nothing for an empty body.
    static readonly byte[] Empty = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>One whole member, with any of the parts that RFC 1952 allows in its header.</summary>
    public static byte[] Pack(byte[] body, Random random)
    {
        var packed = new MemoryStream();
        var level = random.Next(4) switch
        {
            0 => CompressionLevel.NoCompression,
            1 => CompressionLevel.SmallestSize,
            _ => CompressionLevel.Fastest,
        };
        using (var gzip = new GZipStream(packed, level, leaveOpen: true))
            gzip.Write(body);
        var bytes = packed.Length > 0 ? packed.ToArray() : [.. Empty];
        if (random.Next(10) > 0)
            return bytes;

        // FEXTRA, FNAME and FCOMMENT, and values of the time and system fields.
        var flags = random.Next(8) << 2;
        byte[] extra = (flags & 4) != 0 ? [3, 0, 1, 2, 3] : [];
        byte[] name = (flags & 8) != 0 ? [.. "name"u8, 0] : [];
        byte[] comment = (flags & 16) != 0 ? [.. "of no use"u8, 0] : [];
        bytes[3] = (byte)flags;
        random.NextBytes(bytes.AsSpan(4, 4));
        bytes[9] = (byte)random.Next(256);
        return [.. bytes[..10], .. extra, .. name, .. comment, .. bytes[10..]];
    }

    /// <summary>Bytes that are no longer one whole member, or no longer the same content.</summary>
    public static byte[] Break(byte[] packed, byte[] body, Random random)
    {
        switch (random.Next(9))
        {
            case 0: // a second member
                return [.. packed, .. Pack(body, random)];
            case 1: // an empty member before it
                return [.. Pack([], random), .. packed];
            case 2: // trailing bytes
                return [.. packed, .. new byte[random.Next(1, 40)]];
            case 3: // its own trailer once more
                return [.. packed, .. packed[^8..]];
            case 4: // a wrong sum
                packed[^(5 + random.Next(4))] ^= (byte)(1 << random.Next(8));
                return packed;
            case 5: // a wrong length
                BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(packed.Length - 4), random.Next(100_000));
                return packed;
            case 6: // reserved flags, another method, another mark
                packed[random.Next(4)] ^= (byte)(1 << random.Next(8));
                return packed;
            case 7: // cut off
                return packed[..random.Next(packed.Length)];
            default:
                return ByteChanges.Change(packed, random);
        }
    }

    /// <summary>A body that is small as sent and far over the limit after decompression.</summary>
    public static byte[] Bomb(Random random)
    {
        var content = new byte[1 << 20];
        content.AsSpan().Fill((byte)(random.Next(2) == 0 ? 0 : ' '));
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var _ in Enumerable.Range(0, random.Next(2, 20)))
                gzip.Write(content);
        }

        return packed.ToArray();
    }
}
