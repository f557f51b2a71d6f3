// SPDX-License-Identifier: MIT
// Undoes gzip, and stops at the limit however much more a body would become.

using System.Buffers.Binary;
using System.IO.Compression;

namespace Tallymark.Collector.Http;

/// <summary>
/// A body is one member of RFC 1952, whole, and nothing else. The framework's own reader of gzip takes several, also
/// something behind them, and a member that is cut off in its trailer: so head and trailer are read here.
/// </summary>
static class Unpacking
{
    const int HeadLength = 10;
    const int TrailerLength = 8;

    /// <returns>Null: the whole content is in <paramref name="lines"/>.</returns>
    public static Refusal? Unpack(ByteBuffer body, ByteBuffer lines, Limits limits)
    {
        var start = HeadOf(body.Written.Span);
        var length = body.Length - TrailerLength - start;
        if (start < 0 || length < 1)
            return NotWhole();
        using var packed = new LastByteApart(body.Array, start, length);
        using var content = new DeflateStream(packed, CompressionMode.Decompress);
        try
        {
            while (true)
            {
                if (!lines.TryRoom(limits.UnpackedBytes + 1, out var room))
                    return new Refusal(Problem.Busy, "No memory left for another batch.", limits.RetryBusy);
                if (room.IsEmpty)
                    return TooLarge(limits);
                var count = content.Read(room.Span);
                if (count == 0)
                    break;
                lines.Advance(count);
            }
        }
        catch (InvalidDataException)
        {
            return NotWhole();
        }

        if (lines.Length > limits.UnpackedBytes)
            return TooLarge(limits);
        var trailer = body.Written.Span[^TrailerLength..];
        return packed.IsTaken
            && BinaryPrimitives.ReadUInt32LittleEndian(trailer) == Crc32.Of(lines.Written.Span)
            && BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) == (uint)lines.Length
            ? null
            : NotWhole();
    }

    static Refusal TooLarge(Limits limits) =>
        new(Problem.TooLarge, $"A body has at most {limits.UnpackedBytes} bytes before compression.");

    static Refusal NotWhole() => new(Problem.Malformed, "The body is not whole gzip.");

    /// <summary>Where the compressed content begins (RFC 1952, 2.3); below 0: this is no head.</summary>
    static int HeadOf(ReadOnlySpan<byte> packed)
    {
        if (packed.Length < HeadLength || !packed.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b, 8]) || (packed[3] & 0b1110_0000) != 0)
            return -1;
        var flags = packed[3];
        var at = HeadLength;
        if ((flags & 0b0100) != 0) // FEXTRA
        {
            if (packed.Length < at + 2)
                return -1;
            at += 2 + BinaryPrimitives.ReadUInt16LittleEndian(packed[at..]);
        }

        for (var text = 0b1000; text <= 0b1_0000; text <<= 1) // FNAME, FCOMMENT
        {
            if ((flags & text) == 0)
                continue;
            var end = at < packed.Length ? packed[at..].IndexOf((byte)0) : -1;
            if (end < 0)
                return -1;
            at += end + 1;
        }

        if ((flags & 0b0010) == 0) // FHCRC
            return at;
        return packed.Length >= at + 2 && BinaryPrimitives.ReadUInt16LittleEndian(packed[at..]) == (ushort)Crc32.Of(packed[..at]) ? at + 2 : -1;
    }

    /// <summary>
    /// Bytes of which the last one comes only when it is asked for by itself: content that ends before it has something
    /// behind it, and content that would go on asks for more.
    /// </summary>
    sealed class LastByteApart(byte[] bytes, int start, int length) : Stream
    {
        int _taken;
        bool _askedForMore;

        /// <summary>The content ended with the last byte.</summary>
        public bool IsTaken => _taken == length && !_askedForMore;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            _askedForMore |= _taken == length;
            var count = Math.Min(buffer.Length, _taken < length - 1 ? length - 1 - _taken : length - _taken);
            bytes.AsSpan(start + _taken, count).CopyTo(buffer);
            _taken += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
