// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Http;

/// <summary>
/// Decompresses a gzip body and stops at the limit, however much more the body would expand to. A body is exactly one
/// member of RFC 1952. The framework's gzip reader accepts several members, bytes behind them, and a member whose
/// trailer is cut off; therefore header and trailer are read here.
/// </summary>
static class Decompression
{
    const int HeaderLength = 10;
    const int TrailerLength = 8;

    // Flags of RFC 1952, 2.3.1.
    const int FHCRC = 0b0_0010;
    const int FEXTRA = 0b0_0100;
    const int FNAME = 0b0_1000;
    const int FCOMMENT = 0b1_0000;
    const int ReservedFlags = 0b1110_0000;

    /// <summary>Checks the content encoding: gzip, or none.</summary>
    public static Refusal? Check(HttpRequest request) =>
        IsCompressed(request) || request.Headers.ContentEncoding.Count == 0
            ? null
            : new Refusal(Problem.ContentType, "Content-Encoding must be gzip or absent.");

    public static bool IsCompressed(HttpRequest request) =>
        request.Headers.ContentEncoding is [{ } encoding]
        && encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase);

    /// <returns>Null: the whole content is in <paramref name="content"/>.</returns>
    public static Refusal? Decompress(ByteBuffer body, ByteBuffer content, Limits limits)
    {
        var start = HeaderEnd(body.Written.Span);
        var length = body.Length - TrailerLength - start;
        if (start < 0 || length < 1)
            return NotOneMember();
        using var compressed = new LastByteApart(body.Array, start, length);
        using var deflate = new DeflateStream(compressed, CompressionMode.Decompress);
        try
        {
            while (true)
            {
                if (!content.TryGetRoom(limits.MaxDecompressedBytes + 1, out var room))
                    return new Refusal(
                        Problem.Busy, "The collector has no memory left for another request.", limits.BusyRetryAfter);
                if (room.IsEmpty)
                    return TooLarge(limits);
                var count = deflate.Read(room.Span);
                if (count == 0)
                    break;
                content.Advance(count);
            }
        }
        catch (InvalidDataException)
        {
            return NotOneMember();
        }

        if (content.Length > limits.MaxDecompressedBytes)
            return TooLarge(limits);
        var trailer = body.Written.Span[^TrailerLength..];
        return compressed.IsExhausted
            && BinaryPrimitives.ReadUInt32LittleEndian(trailer) == Crc32.HashToUInt32(content.Written.Span)
            && BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) == (uint)content.Length
            ? null
            : NotOneMember();
    }

    static Refusal TooLarge(Limits limits) =>
        new(Problem.TooLarge, $"A body has at most {limits.MaxDecompressedBytes} bytes before compression.");

    static Refusal NotOneMember() => new(Problem.Malformed, "The body is not exactly one whole gzip member.");

    /// <summary>Where the compressed content begins (RFC 1952, 2.3); negative: not a gzip header.</summary>
    static int HeaderEnd(ReadOnlySpan<byte> body)
    {
        if (body.Length < HeaderLength || !body.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b, 8])
            || (body[3] & ReservedFlags) != 0)
        {
            return -1;
        }

        var flags = body[3];
        var at = HeaderLength;
        if ((flags & FEXTRA) != 0)
        {
            if (body.Length < at + 2)
                return -1;
            at += 2 + BinaryPrimitives.ReadUInt16LittleEndian(body[at..]);
        }

        for (var text = FNAME; text <= FCOMMENT; text <<= 1)
        {
            if ((flags & text) == 0)
                continue;
            var end = at < body.Length ? body[at..].IndexOf((byte)0) : -1;
            if (end < 0)
                return -1;
            at += end + 1;
        }

        if ((flags & FHCRC) == 0)
            return at;
        return body.Length >= at + 2
            && BinaryPrimitives.ReadUInt16LittleEndian(body[at..]) == (ushort)Crc32.HashToUInt32(body[..at])
            ? at + 2
            : -1;
    }

    /// <summary>
    /// Hands out the last byte only to a read that asks for it alone. Content that ends before the last byte has
    /// something behind it; content that is cut off asks for more.
    /// </summary>
    sealed class LastByteApart(byte[] bytes, int start, int length) : Stream
    {
        int _taken;
        bool _askedForMore;

        /// <summary>Whether the content ended exactly with the last byte.</summary>
        public bool IsExhausted => _taken == length && !_askedForMore;

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
