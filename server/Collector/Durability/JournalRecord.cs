// SPDX-License-Identifier: MIT
// The bytes of a record of the journal (spec/journal.md): mark, length, checksum, batch.

using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Tallymark.Collector.Durability;

/// <summary>Writes and reads records. Stateless.</summary>
static class JournalRecord
{
    /// <summary>The first bytes of a file; the number is the version of the format.</summary>
    public static ReadOnlySpan<byte> Magic => "tallymark journal 1\n"u8;

    /// <summary>What each version's first bytes begin with; they end with a line feed.</summary>
    public static ReadOnlySpan<byte> AnyMagic => "tallymark journal "u8;

    /// <summary>Where that line feed stands at the latest.</summary>
    public const int LongestMagic = 30;

    // Begins each record, so that whole ones are found again behind a damage. No UTF-8 text has its first byte.
    static ReadOnlySpan<byte> Mark => [0xFE, (byte)'r', (byte)'e', (byte)'c'];

    const int LengthAt = 4;
    const int ChecksumAt = 8;
    const int HeadLength = 12;
    const int IdLength = 16;
    const int ShortestBatch = IdLength + sizeof(long) + 1 + sizeof(long);
    const byte DevelopmentFlag = 1;

    /// <summary>Appends the record of a batch.</summary>
    public static void Write(ArrayBufferWriter<byte> to, JournaledBatch batch)
    {
        var start = to.WrittenCount;
        to.GetSpan(HeadLength);
        to.Advance(HeadLength);
        batch.Batch.Id.TryWriteBytes(to.GetSpan(IdLength), bigEndian: true, out _);
        to.Advance(IdLength);
        Number(to, batch.Batch.Received);
        Text(to, batch.Tool);
        List<EventRows> kept = [.. batch.Batch.Rows.Where(rows => rows.Count > 0)]; // all rows of one event can be those of a deleted installation
        Number(to, kept.Count);
        foreach (var rows in kept)
        {
            Text(to, rows.Table.Name);
            to.Write([rows.Table.IsDevelopment ? DevelopmentFlag : (byte)0]);
            Number(to, rows[LineDecoder.Manifest].Numbers[0]); // all rows of one shape are of one version
            rows.Write(to);
        }

        // The head last: only now the length is known.
        var record = MemoryMarshal.AsMemory(to.WrittenMemory)[start..].Span;
        Mark.CopyTo(record);
        BinaryPrimitives.WriteUInt32LittleEndian(record[LengthAt..], (uint)(record.Length - HeadLength));
        BinaryPrimitives.WriteUInt32LittleEndian(record[ChecksumAt..], Checksum(record[HeadLength..]));
    }

    /// <summary>The length of the whole record at the start of some bytes; 0: there is none that is whole.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadLength || !bytes.StartsWith(Mark))
            return 0;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[LengthAt..]);
        // Zeros after a mark are no batch, though the checksum of nothing is zero.
        return length >= ShortestBatch && length <= bytes.Length - HeadLength
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumAt..]) == Checksum(bytes.Slice(HeadLength, (int)length))
            ? HeadLength + (int)length
            : 0;
    }

    /// <summary>Where the next whole record begins; -1: there is none.</summary>
    public static int Find(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; bytes[at..].IndexOf(Mark) is var mark and >= 0; at++)
        {
            at += mark;
            if (LengthOf(bytes[at..]) > 0)
                return at;
        }

        return -1;
    }

    /// <summary>Reads a whole record.</summary>
    /// <exception cref="InvalidDataException">It is of no manifest that is here, or not of the format.</exception>
    public static JournaledBatch Read(ReadOnlySpan<byte> record, RowsReader tables)
    {
        var from = record[HeadLength..];
        var id = new Guid(Take(ref from, IdLength), bigEndian: true);
        var received = BinaryPrimitives.ReadInt64LittleEndian(Take(ref from, sizeof(long)));
        var tool = Text(ref from);
        var rows = new List<EventRows>();
        for (var count = BinaryPrimitives.ReadInt64LittleEndian(Take(ref from, sizeof(long))); count > 0; count--)
        {
            var name = Text(ref from);
            var development = Take(ref from, 1)[0] == DevelopmentFlag;
            var manifest = BinaryPrimitives.ReadInt64LittleEndian(Take(ref from, sizeof(long)));
            var table = tables(tool, manifest, name, development)
                ?? throw new InvalidDataException($"the journal has events {name} of {tool} under version {manifest} of its manifest, which is not here");
            rows.Add(EventRows.Read(table, ref from));
        }

        return from.IsEmpty
            ? new JournaledBatch(tool, new StoredBatch(id, received, rows))
            : throw new InvalidDataException("a record of the journal is longer than its batch");
    }

    /// <summary>CRC-32C (RFC 3720, B.4): processors compute it.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var one in bytes)
            sum = BitOperations.Crc32C(sum, one);
        return ~sum;
    }

    static void Number(ArrayBufferWriter<byte> to, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to.GetSpan(sizeof(long)), number);
        to.Advance(sizeof(long));
    }

    static void Text(ArrayBufferWriter<byte> to, string name)
    {
        to.Write([(byte)name.Length]); // names of a manifest: ASCII, at most 40
        to.Advance(Encoding.ASCII.GetBytes(name, to.GetSpan(name.Length)));
    }

    static string Text(ref ReadOnlySpan<byte> from) => Encoding.ASCII.GetString(Take(ref from, Take(ref from, 1)[0]));

    static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> from, int length)
    {
        if (from.Length < length)
            throw new InvalidDataException("a record of the journal ends early");
        var taken = from[..length];
        from = from[length..];
        return taken;
    }
}
