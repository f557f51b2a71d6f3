// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Durability;

/// <summary>The content of a journal file, read after a crash (spec/journal.md). Immutable.</summary>
/// <param name="Batches">The batches of its whole records, in their order.</param>
/// <param name="UnreadBytes">How many of its bytes belong to no whole record.</param>
/// <param name="EndsUnread">Whether all of these are at its end, as after a torn write.</param>
sealed record JournalFile(IReadOnlyList<JournaledBatch> Batches, long UnreadBytes, bool EndsUnread)
{
    /// <summary>Reads a file. Cost: its length in memory, and as much again for its batches.</summary>
    /// <exception cref="IOException">
    /// The file can't be read, or another version of the collector wrote it.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// The manifest of a whole record is missing, or has other columns.
    /// </exception>
    public static JournalFile Read(string path, TableFinder tables)
    {
        var bytes = File.ReadAllBytes(path).AsSpan();
        var batches = new List<JournaledBatch>();
        var at = HeadLengthOf(path, bytes);
        var unread = 0L;
        while (at < bytes.Length)
        {
            var length = JournalRecord.LengthOf(bytes[at..]);
            if (length > 0)
            {
                batches.Add(JournalRecord.Read(bytes.Slice(at, length), tables));
                at += length;
                continue;
            }

            // Whole records behind the damage count: they were acknowledged.
            var next = JournalRecord.Find(bytes[(at + 1)..]);
            if (next < 0)
                return new JournalFile(batches, unread + bytes.Length - at, EndsUnread: unread == 0);
            unread += next + 1;
            at += next + 1;
        }

        return new JournalFile(batches, unread, EndsUnread: false);
    }

    // A torn head belongs to a file that was being made, with nothing behind it. A head of another version must not be
    // taken for damage.
    static int HeadLengthOf(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(JournalRecord.Magic))
            return JournalRecord.Magic.Length;
        if (bytes.StartsWith(JournalRecord.AnyMagic)
            && bytes.IndexOf((byte)'\n') is > 0 and <= JournalRecord.MaxMagicLength)
        {
            throw new IOException(
                $"{path} was written by another version of the collector and holds acknowledged events. " +
                "Start and stop that version once to move them into the store.");
        }

        return 0;
    }
}
