// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Durability;

/// <summary>
/// The journal: batches on disk before they are in the store, so that they can be acknowledged. <see cref="Append"/>
/// and <see cref="Read"/> are for one thread at a time; other members are thread-safe.
/// </summary>
interface IJournal : IDisposable
{
    /// <summary>
    /// Reads the batches of an earlier process that may not be in the store, oldest first. Call it once, before any
    /// other member, and to its end: batches that were not read stay for the next start.
    /// </summary>
    /// <exception cref="IOException">A file can't be read, or has a later version.</exception>
    IEnumerable<JournaledBatch> Read(TableFinder tables);

    /// <summary>The batches of an earlier process that can't be read, because their manifest is missing.</summary>
    IReadOnlyList<HeldBatch> Held { get; }

    /// <summary>Takes those of <see cref="Held"/> that can be read now.</summary>
    IReadOnlyList<JournaledBatch> TakeHeld(TableFinder tables);

    /// <summary>
    /// Writes batches. On return they, and the names of their files, are on disk. Without batches it only tries whether
    /// it can write. Cost: one fsync.
    /// </summary>
    /// <exception cref="IOException">None of the batches may be acknowledged.</exception>
    void Append(IReadOnlyList<JournaledBatch> batches);

    /// <summary>A batch is in the store; the journal no longer needs it.</summary>
    void Done(JournaledBatch batch);

    /// <summary>Closes the current files for writing. Each is deleted as soon as all its batches are done.</summary>
    /// <returns>A number below those of all later files.</returns>
    long Close();

    /// <summary>Its files now.</summary>
    JournalSize Size { get; }

    /// <summary>Whether every file up to that number has been deleted.</summary>
    bool IsGone(long number);
}

/// <summary>The size of a journal.</summary>
/// <param name="Files">The number of its files.</param>
/// <param name="Bytes">Their length.</param>
sealed record JournalSize(int Files, long Bytes);

/// <summary>Finds the table of journaled rows; null: the manifest is missing.</summary>
delegate Table? TableFinder(string tool, long manifest, string name, bool isDevelopment);
