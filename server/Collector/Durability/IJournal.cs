// SPDX-License-Identifier: MIT
// What makes an acknowledgement true: batches on disk before they are in the store.

namespace Tallymark.Collector.Durability;

/// <summary>
/// A journal of batches. <see cref="Append"/> and <see cref="Read"/> are for one thread at a time, the rest for any.
/// </summary>
interface IJournal : IDisposable
{
    /// <summary>
    /// What was written by an earlier process and may not be in the store, oldest first. Call it once, before anything else, and to its end: what was not read
    /// stays for the next start.
    /// </summary>
    /// <exception cref="IOException">A file can't be read, or is of another version.</exception>
    /// <exception cref="InvalidDataException">A batch is of a manifest that is not here.</exception>
    IEnumerable<JournaledBatch> Read(RowsReader tables);

    /// <summary>Writes batches; on return they are on disk, and so are the names of their files. No batches: tries whether it can write.</summary>
    /// <exception cref="IOException">None of them may be acknowledged.</exception>
    void Append(IReadOnlyList<JournaledBatch> batches);

    /// <summary>A batch is in the store: its bytes may go.</summary>
    void Done(JournaledBatch batch);

    /// <summary>Nothing more is written into the files that there are: each goes as soon as all its batches are done.</summary>
    /// <returns>A number that later files are above.</returns>
    long Close();

    /// <summary>Whether all files up to that number have left the disk.</summary>
    bool IsGone(long number);
}

/// <summary>Finds the table of rows that lie in a journal: null, it is of no manifest that is here.</summary>
delegate Store.Table? RowsReader(string tool, long manifest, string name, bool isDevelopment);
