// SPDX-License-Identifier: MIT
// Undoes gzip, and stops at the limit however much more a body would become.

using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;
using Tallymark.Collector.Reply;

namespace Tallymark.Collector.Receive;

static class Unpacking
{
    const int Shortest = 18; // header and trailer

    /// <returns>Null: the whole content is in <paramref name="lines"/>.</returns>
    public static Refusal? Unpack(ByteBuffer body, ByteBuffer lines, Limits limits)
    {
        using var packed = new MemoryStream(body.Array, 0, body.Length, writable: false);
        using var gzip = new GZipStream(packed, CompressionMode.Decompress);
        try
        {
            while (true)
            {
                if (!lines.TryRoom(limits.UnpackedBytes + 1, out var room))
                    return new Refusal(Problem.Busy, "No memory left for another batch.", limits.RetryBusy);
                if (room.IsEmpty)
                    return TooLarge(limits);
                var count = gzip.Read(room.Span);
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
        return IsWhole(body.Written.Span, lines.Length) ? null : NotWhole();
    }

    static Refusal TooLarge(Limits limits) =>
        new(Problem.TooLarge, $"A body has at most {limits.UnpackedBytes} bytes before compression.");

    static Refusal NotWhole() => new(Problem.Malformed, "The body is not whole gzip.");

    /// <summary>
    /// Whether the last four bytes are the length, as RFC 1952, 2.3.1 has it: the stream above is content with a
    /// trailer that was cut off, and then it has checked no sum either.
    /// </summary>
    static bool IsWhole(ReadOnlySpan<byte> packed, int length) =>
        packed.Length >= Shortest && BinaryPrimitives.ReadUInt32LittleEndian(packed[^sizeof(uint)..]) == (uint)length;
}
