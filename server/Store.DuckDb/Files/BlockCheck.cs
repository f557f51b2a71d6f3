// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tallymark.DuckDb.Files;

/// <summary>
/// Reads a database file and compares each block with its checksum, without DuckDB: in small steps, beside the process
/// that has the file open, and from the file where DuckDB would use a block that it has in memory. The file has three
/// headers of 4 KiB, then blocks of one size. Each of these begins with a checksum of its other bytes. The second and
/// the third header, of which the one with the greater iteration is current, have the number of blocks and their size.
/// Stateless.
/// </summary>
static class BlockCheck
{
    const int HeaderLength = 4096;
    const int HeadersLength = 3 * HeaderLength;
    const int MagicAt = 8;
    const int IterationAt = 8;
    const int BlockCountAt = 32;
    const int BlockBytesAt = 40;
    const int MaxBlockBytes = 256 * 1024;

    /// <summary>Whether a file has more than its headers.</summary>
    public static bool HasContent(string path) => DurableFile.Length(path) > HeadersLength;

    /// <summary>Whether a file has only the beginning of its headers: nothing, or the first one or two.</summary>
    public static bool IsUnfinished(string path)
    {
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        var head = new byte[HeaderLength];
        return length == 0
            || (length < HeadersLength && TryRead(file, head, 0) && head.AsSpan(MagicAt).StartsWith("DUCK"u8));
    }

    /// <summary>Whether a file has a write-ahead log. A checkpoint removes it last.</summary>
    public static bool HasLog(string path) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(path)!, $"{Path.GetFileName(path)}.wal*").Any();

    /// <summary>Reads on in a file, as <see cref="IStoreCheck.Check"/> says.</summary>
    /// <param name="path">The file.</param>
    /// <param name="from">The offset.</param>
    /// <param name="maxBytes">How much to read.</param>
    /// <param name="isServed">Whether another process or thread may be completing or replacing the file.</param>
    public static PieceCheck Read(string path, long from, long maxBytes, bool isServed)
    {
        try
        {
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            var step = Read(file, from, maxBytes);
            return isServed && step.Damage is not null && (!File.Exists(path) || HasLog(path)) ? Done : step;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Damaged($"it can't be read ({e.Message})"); // such as a bad sector
        }
    }

    static PieceCheck Done => new(Next: null, Damage: null);

    static PieceCheck Read(SafeFileHandle file, long from, long maxBytes)
    {
        var headers = new byte[HeadersLength];
        if (!TryRead(file, headers, 0))
            return Damaged("it is cut short in its headers");
        for (var at = 0; at < HeadersLength; at += HeaderLength)
        {
            if (!HasChecksum(headers.AsSpan(at, HeaderLength)))
                return Damaged($"the header at byte {at} does not match its checksum");
        }

        var current = Current(headers);
        var bytes = (int)Math.Min(Number(current, BlockBytesAt), MaxBlockBytes + 1);
        if (bytes is < HeaderLength or > MaxBlockBytes || bytes % HeaderLength != 0)
            return Damaged("its headers have no valid size of a block");
        var end = HeadersLength + (Number(current, BlockCountAt) * bytes);
        if (RandomAccess.GetLength(file) < end)
            return Damaged($"it is cut short: {RandomAccess.GetLength(file)} bytes of {end}");
        return ReadBlocks(file, Math.Max(from, HeadersLength), end, new byte[bytes], maxBytes);
    }

    static PieceCheck ReadBlocks(SafeFileHandle file, long at, long end, byte[] block, long maxBytes)
    {
        for (var left = maxBytes; at < end; at += block.Length, left -= block.Length)
        {
            if (left <= 0)
                return new PieceCheck(at, Damage: null);
            if (!TryRead(file, block, at) || !HasChecksum(block))
                return Damaged($"the block at byte {at} does not match its checksum");
        }

        return Done;
    }

    static PieceCheck Damaged(string damage) => new(Next: null, damage);

    static ReadOnlySpan<byte> Current(byte[] headers)
    {
        var first = headers.AsSpan(HeaderLength, HeaderLength);
        var second = headers.AsSpan(2 * HeaderLength, HeaderLength);
        return Number(first, IterationAt) > Number(second, IterationAt) ? first : second;
    }

    static long Number(ReadOnlySpan<byte> header, int at) => BinaryPrimitives.ReadInt64LittleEndian(header[at..]);

    // DuckDB's checksum: the sum without carry of all words, each multiplied by an odd constant. A checksum of a file
    // on the disk, not a defence against a change on purpose.
    static bool HasChecksum(ReadOnlySpan<byte> bytes)
    {
        var sum = 5381UL;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes[sizeof(ulong)..]))
            sum ^= word * 0xbf58476d1ce4e5b9UL;
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes) == sum;
    }

    static bool TryRead(SafeFileHandle file, Span<byte> bytes, long at)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(file, bytes, at);
            if (read == 0)
                return false;
            bytes = bytes[read..];
            at += read;
        }

        return true;
    }
}
