// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Tallymark.Collector.Durability;

/// <summary>
/// Writes and reads the records of a journal file (spec/journal.md): mark, length, checksum, batch. Stateless.
/// </summary>
static class JournalRecord
{
    /// <summary>The first bytes of a file; the number is the version of the format.</summary>
    public static ReadOnlySpan<byte> Magic => "tallymark journal 2\n"u8;

    /// <summary>
    /// The same of version 1, which is only read: its rows have no column <see cref="Table.Network"/>.
    /// </summary>
    public static ReadOnlySpan<byte> FirstMagic => "tallymark journal 1\n"u8;

    /// <summary>The start of the first bytes in every version of the format; they end with a line feed.</summary>
    public static ReadOnlySpan<byte> AnyMagic => "tallymark journal "u8;

    /// <summary>The longest first bytes of any version.</summary>
    public const int MaxMagicLength = 30;

    // Begins each record, so that whole records are found behind damage. Its first byte occurs in no UTF-8 text.
    static ReadOnlySpan<byte> Mark => [0xFE, (byte)'r', (byte)'e', (byte)'c'];

    const int LengthAt = 4;
    const int ChecksumAt = 8;
    const int HeadLength = 12;
    const int IdLength = 16;
    const int MinBatchLength = IdLength + sizeof(long) + 1 + sizeof(long);
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
        // Rows may be empty: those of deleted installations were removed.
        List<EventRows> kept = [.. batch.Batch.Rows.Where(rows => rows.Count > 0)];
        Number(to, kept.Count);
        foreach (var rows in kept)
        {
            Text(to, rows.Table.Name);
            to.Write([rows.Table.IsDevelopment ? DevelopmentFlag : (byte)0]);
            Number(to, rows[Envelope.Manifest].Numbers[0]); // all rows of one table object have one version
            rows.Write(to);
        }

        // The head is written last, when the length is known.
        var record = MemoryMarshal.AsMemory(to.WrittenMemory)[start..].Span;
        Mark.CopyTo(record);
        BinaryPrimitives.WriteUInt32LittleEndian(record[LengthAt..], (uint)(record.Length - HeadLength));
        BinaryPrimitives.WriteUInt32LittleEndian(record[ChecksumAt..], Checksum(record[HeadLength..]));
    }

    /// <summary>The length of the whole record at the start of the bytes; 0: there is no whole record.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadLength || !bytes.StartsWith(Mark))
            return 0;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[LengthAt..]);
        // Zeros behind a mark are not a batch, although the checksum of no bytes is zero.
        return length >= MinBatchLength && length <= bytes.Length - HeadLength
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumAt..])
                == Checksum(bytes.Slice(HeadLength, (int)length))
            ? HeadLength + (int)length
            : 0;
    }

    /// <summary>Where the next whole record begins; -1: there is no more.</summary>
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
    /// <param name="record">Its bytes.</param>
    /// <param name="tables">Finds the tables of its rows.</param>
    /// <param name="hasNetworks">Whether its rows have the column of networks, as from version 2 on.</param>
    /// <exception cref="InvalidDataException">Its manifest is missing, or it does not have the format.</exception>
    public static JournaledBatch Read(ReadOnlySpan<byte> record, TableFinder tables, bool hasNetworks = true)
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
                ?? throw new InvalidDataException(
                    $"the journal has events {name} of {tool}, but manifest version {manifest} is missing");
            rows.Add(EventRows.Read(table, ref from, hasNetworks));
        }

        return from.IsEmpty
            ? new JournaledBatch(tool, new StoredBatch(id, received, rows))
            : throw new InvalidDataException("a record of the journal is longer than its batch");
    }

    /// <summary>Reads a whole record without its rows, which can't be read now.</summary>
    /// <exception cref="InvalidDataException">It does not have the format.</exception>
    public static HeldBatch Hold(ReadOnlySpan<byte> record, bool hasNetworks, string reason)
    {
        var from = record[HeadLength..];
        var id = new Guid(Take(ref from, IdLength), bigEndian: true);
        var received = BinaryPrimitives.ReadInt64LittleEndian(Take(ref from, sizeof(long)));
        var tool = Text(ref from);
        var rows = 0L;
        for (var count = BinaryPrimitives.ReadInt64LittleEndian(Take(ref from, sizeof(long))); count > 0; count--)
        {
            _ = Text(ref from);
            var development = Take(ref from, 1)[0] == DevelopmentFlag;
            _ = Take(ref from, sizeof(long));
            var kept = EventRows.Skip(ref from);
            rows += development ? 0 : kept;
        }

        return new HeldBatch(id, received, tool, rows, reason, record.ToArray(), hasNetworks);
    }

    /// <summary>CRC-32C (RFC 3720, B.4): processors have an instruction for it.</summary>
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
        to.Write([(byte)name.Length]); // names of a manifest: ASCII, at most 40 characters
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
