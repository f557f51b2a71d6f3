// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>The role that stores batches. Thread-safe; commits to one tool run one at a time.</summary>
public interface IEventWriter
{
    /// <summary>
    /// Creates the tool's tables and those for its development builds (<see cref="Table.Development"/>), or widens
    /// them: a new event is a new table, a new field is a new column that is null in older rows. Never narrows a table.
    /// Cost: milliseconds; called for each manifest at start and when one is added.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="tables">The tables of one manifest.</param>
    /// <param name="rollups">
    /// The aggregates of that manifest that the engine may precompute (<see cref="Rollup.Of"/>). Rollups of earlier
    /// calls are kept.
    /// </param>
    /// <exception cref="StoreException">A column exists with another type.</exception>
    void Prepare(string tool, IReadOnlyList<Table> tables, IReadOnlyList<Rollup>? rollups = null);

    /// <summary>
    /// Advice for the operator about the memory that commits to these tables need; null: none. Cost: none.
    /// </summary>
    /// <param name="tables">The tables of one manifest.</param>
    string? MemoryNote(IReadOnlyList<Table> tables) => null;

    /// <summary>
    /// Tells whether <see cref="Commit"/> would store this batch: false if its id is stored already. Removes the rows
    /// of deleted installations from a batch that is new. May run while another thread commits, and never waits for a
    /// commit. Cost: a lookup.
    /// </summary>
    /// <exception cref="StoreException">The tool's data can't be opened.</exception>
    bool IsNew(string tool, StoredBatch batch);

    /// <summary>Whether <see cref="IsNew"/> needs no time to open the tool's data.</summary>
    bool IsOpen(string tool) => true;

    /// <summary>
    /// Interrupts the tool's running <see cref="Commit"/>, which then fails; no effect if there is none, or if it can't
    /// be interrupted any more. Never waits.
    /// </summary>
    void Interrupt(string tool)
    {
    }

    /// <summary>
    /// Stores all rows of the batches and their ids in one transaction; on return they are durable. A batch whose id is
    /// stored already, or occurs twice in the list, is stored once; the engine remembers ids for as long as a client
    /// can resend a batch. All or nothing. The store owns the rows until the call returns. It removes the rows of
    /// deleted installations first, so afterwards the rows of a stored batch are exactly what was stored.
    /// </summary>
    /// <returns>For each batch, in order: true if this call stored it, false if it was stored before.</returns>
    /// <exception cref="StoreException">
    /// Nothing of this call was stored: rows do not fit the prepared tables, a time lies before 1970, or the store
    /// failed. After a partial failure of the disk, the next call determines what was persisted; committing the same
    /// batches again is always safe.
    /// </exception>
    IReadOnlyList<bool> Commit(string tool, IReadOnlyList<StoredBatch> batches);
}
