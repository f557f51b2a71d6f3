// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Durability;

/// <summary>The content of a journal file, read after a crash (spec/journal.md). Immutable.</summary>
/// <param name="Batches">The batches of its whole records, in their order.</param>
/// <param name="Held">Those whose manifest is missing, or has other columns.</param>
/// <param name="UnreadBytes">How many of its bytes belong to no whole record.</param>
/// <param name="EndsUnread">Whether all of these are at its end, as after a torn write.</param>
sealed record JournalFile(
    IReadOnlyList<JournaledBatch> Batches, IReadOnlyList<HeldBatch> Held, long UnreadBytes, bool EndsUnread)
{
    /// <summary>Reads a file. Cost: its length in memory, and as much again for its batches.</summary>
    /// <exception cref="IOException">
    /// The file can't be read, or a later version of the collector wrote it.
    /// </exception>
    public static JournalFile Read(string path, TableFinder tables)
    {
        var bytes = File.ReadAllBytes(path).AsSpan();
        var batches = new List<JournaledBatch>();
        var held = new List<HeldBatch>();
        var hasNetworks = !bytes.StartsWith(JournalRecord.FirstMagic);
        var (records, unread, endsUnread) = Scan(path, bytes);
        foreach (var range in records)
        {
            var record = bytes[range];
            try
            {
                batches.Add(JournalRecord.Read(record, tables, hasNetworks));
            }
            catch (InvalidDataException e)
            {
                held.Add(JournalRecord.Hold(record, hasNetworks, e.Message));
            }
        }

        return new JournalFile(batches, held, unread, endsUnread);
    }

    /// <summary>
    /// The number of bytes that belong to no batch and are not those of a write that ended in the middle, which was
    /// never acknowledged. Cost: the file's length in memory.
    /// </summary>
    /// <exception cref="IOException">As <see cref="Read"/>.</exception>
    public static long DamagedBytes(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var (_, unread, endsUnread) = Scan(path, bytes);
        return endsUnread ? 0 : unread;
    }

    /// <summary>Refuses a file that another version of the collector wrote. Cost: reading its head.</summary>
    /// <exception cref="IOException">It did, or the file can't be read.</exception>
    public static void RequireVersion(string path)
    {
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        var head = new byte[JournalRecord.MaxMagicLength + 1];
        _ = HeadLengthOf(path, head.AsSpan(0, RandomAccess.Read(file, head, 0)));
    }

    static (List<Range> Records, long Unread, bool EndsUnread) Scan(string path, ReadOnlySpan<byte> bytes)
    {
        var records = new List<Range>();
        var at = HeadLengthOf(path, bytes);
        var unread = 0L;
        while (at < bytes.Length)
        {
            var length = JournalRecord.LengthOf(bytes[at..]);
            if (length > 0)
            {
                records.Add(at..(at + length));
                at += length;
                continue;
            }

            // Whole records behind the damage count: they were acknowledged.
            var next = JournalRecord.Find(bytes[(at + 1)..]);
            if (next < 0)
                return (records, unread + bytes.Length - at, unread == 0);
            unread += next + 1;
            at += next + 1;
        }

        return (records, unread, false);
    }

    // A torn head belongs to a file that was being made, with nothing behind it. A head of another version must not be
    // taken for damage.
    static int HeadLengthOf(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(JournalRecord.Magic) || bytes.StartsWith(JournalRecord.FirstMagic))
            return JournalRecord.Magic.Length;
        if (bytes.StartsWith(JournalRecord.AnyMagic)
            && bytes.IndexOf((byte)'\n') is > 0 and <= JournalRecord.MaxMagicLength)
        {
            throw new IOException(
                $"{path} was written by a later version of the collector and holds acknowledged events. " +
                "Start and stop that version once to move them into the store.");
        }

        return 0;
    }
}
