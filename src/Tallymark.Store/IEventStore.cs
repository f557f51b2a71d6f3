// SPDX-License-Identifier: MIT
// What the collector asks of a store. DuckDB is the one that ships; the conformance suite says what any other must do.

using System;
using System.Collections.Generic;

namespace Tallymark.Store;

/// <summary>
/// Events at rest. Everything a tool has lies apart from what other tools have. <see cref="Count"/> and
/// <see cref="Cells"/> may be called, and cells be read, on any thread at any time; the other members on one thread at
/// a time: the collector gives them a thread of their own.
/// </summary>
public interface IEventStore : IDisposable
{
    /// <summary>
    /// Makes the tool's tables, and those for builds of its own makers (<see cref="Table.Development"/>), or widens them: a new event is a
    /// new table, a new field a new column that is null in older rows. Nothing is ever narrowed. Cost: milliseconds; called for each manifest at start and when one is
    /// added.
    /// </summary>
    /// <exception cref="StoreException">A column exists with another type.</exception>
    void Prepare(string tool, IReadOnlyList<Table> tables);

    /// <summary>
    /// Writes all rows of the batches and their ids in one transaction; on return they are on disk. A batch whose id is
    /// stored already, or stands twice in the list, is written once. All or nothing. The rows are the store's from here
    /// on: those of installations that were deleted are taken out of them first, so that what is left in the rows of a
    /// batch that was written is what was stored.
    /// </summary>
    /// <returns>For each batch, in order, true if it was written now, false if it was there already.</returns>
    /// <exception cref="StoreException">
    /// Nothing of this call was written: rows do not fit the tables that were prepared, a time lies before 1970, or the
    /// store failed. Where a disk failed in the middle the store finds out at the next call what lasted: committing the
    /// same batches again is always right.
    /// </exception>
    IReadOnlyList<bool> Commit(string tool, IReadOnlyList<StoredBatch> batches);

    /// <summary>
    /// Deletes what these installations have sent and ever will: notes their ids, for good, and removes their rows from
    /// these tables, all in one transaction; on return it is on disk. Whether an id was known makes no difference, and
    /// asking again changes nothing. Rows that carry no id stay. No question to the store finds a removed row again; the
    /// disk can hold its bytes until the file is written anew. Cost: a scan of the tables.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="tables">The tables of all its manifests, which were prepared.</param>
    /// <param name="installations">The stored ids.</param>
    /// <exception cref="StoreException">Nothing of this call was done. Asking again is always right.</exception>
    void Delete(string tool, IReadOnlyList<Table> tables, IReadOnlyList<string> installations);

    /// <summary>
    /// Tidies up after many commits, so that none of them has to: call it when there is time. Nothing depends on it;
    /// what was committed is on disk before. Cost: as long as a large commit.
    /// </summary>
    /// <exception cref="StoreException">It could not be done now; what was committed is safe.</exception>
    void Checkpoint();

    /// <summary>
    /// How many events the tool has, by event. Exact, without those of its own makers. A tool that was never prepared has none.
    /// </summary>
    IReadOnlyDictionary<string, long> Count(string tool);

    /// <summary>
    /// The cells of a query: for each day and combination of values the count and the exact set of installations, without events of the
    /// tool's own makers: there is no query that counts them. Null values are null. In no particular order. Reads while it is enumerated, and sees what was committed when that
    /// began: enumerate it once, to its end or under <c>using</c>. Cost: two scans of the days asked for; memory grows
    /// with the installations and the cells, not with the events.
    /// </summary>
    /// <exception cref="StoreException">There is no such event or column, a column is a set, or the store
    /// failed.</exception>
    IEnumerable<Cell> Cells(string tool, CellQuery query);
}

/// <summary>One batch as it is stored.</summary>
/// <param name="Id">The batch's id, made by the client.</param>
/// <param name="Received">When it came, cut off at the manifest's precision, nanoseconds since 1970.</param>
/// <param name="Rows">Its events by table; may be empty when all were dropped.</param>
public sealed record StoredBatch(Guid Id, long Received, IReadOnlyList<EventRows> Rows);

/// <summary>Which cells.</summary>
/// <param name="Events">The events that are counted, one table each.</param>
/// <param name="Columns">The columns that make a cell: a field or <c>status</c>, or <c>event</c> for the table's name.
/// No sets.</param>
/// <param name="From">The first day (UTC).</param>
/// <param name="To">The last day, included.</param>
/// <param name="Installation">The column whose distinct values are the installations.</param>
public sealed record CellQuery(
    IReadOnlyList<string> Events, IReadOnlyList<string> Columns, DateOnly From, DateOnly To, string Installation);

/// <summary>One cell.</summary>
/// <param name="Day">The day (UTC).</param>
/// <param name="Values">The values in the query's order, as text; null where the event had none.</param>
/// <param name="Occurrences">How many events.</param>
/// <param name="Installations">
/// The distinct installations, as numbers from 0 that hold within one query only, ascending. An event without one adds
/// none.
/// </param>
public sealed record Cell(DateOnly Day, IReadOnlyList<string?> Values, long Occurrences, IReadOnlyList<int> Installations);

/// <summary>A store could not do what was asked; the message says what, where, and what the operator can do.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Makes one.</summary>
    public StoreException(string message, Exception? inner = null) : base(message, inner) { }
}
