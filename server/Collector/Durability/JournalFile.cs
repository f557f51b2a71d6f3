// SPDX-License-Identifier: MIT
// Reads a file of the journal after a crash (spec/journal.md): whole records, and what is none.

namespace Tallymark.Collector.Durability;

/// <summary>What a file holds. Immutable.</summary>
/// <param name="Batches">The batches of its whole records, in their order.</param>
/// <param name="Unread">How many of its bytes are of no whole record.</param>
/// <param name="EndsUnread">All of these are at its end: so looks what a crash has cut off.</param>
sealed record JournalFile(IReadOnlyList<JournaledBatch> Batches, long Unread, bool EndsUnread)
{
    /// <summary>Reads it. Cost: its length in memory, and as much for its batches.</summary>
    /// <exception cref="IOException">It can't be read, or another version of the collector wrote it.</exception>
    /// <exception cref="InvalidDataException">A whole record is of no manifest that is here, or of other columns.</exception>
    public static JournalFile Read(string path, RowsReader tables)
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

            // Whole records behind a damage count: they were acknowledged.
            var next = JournalRecord.Find(bytes[(at + 1)..]);
            if (next < 0)
                return new JournalFile(batches, unread + bytes.Length - at, EndsUnread: unread == 0);
            unread += next + 1;
            at += next + 1;
        }

        return new JournalFile(batches, unread, EndsUnread: false);
    }

    // A head that is cut off is of a file that was being made: then nothing is behind it. One of another version must not be taken for damage.
    static int HeadLengthOf(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(JournalRecord.Magic))
            return JournalRecord.Magic.Length;
        if (bytes.StartsWith(JournalRecord.AnyMagic) && bytes.IndexOf((byte)'\n') is > 0 and <= JournalRecord.LongestMagic)
        {
            throw new IOException(
                $"{path} was written by another version of the collector, and holds events that it had acknowledged. Start that version once, and stop it.");
        }

        return 0;
    }
}
