// SPDX-License-Identifier: MIT
// What the collector asks of a store. DuckDB is the one that ships; the conformance suite says what any other must do.

namespace Tallymark.Store;

/// <summary>
/// Events at rest. Everything a tool has lies apart from what other tools have. Members may be called on any thread at
/// any time; those that write to one tool go one at a time. Reading (<see cref="Count"/>, <see cref="Cells"/>,
/// <see cref="Totals"/>) holds up nobody, and <see cref="Tend"/> holds up a commit for milliseconds only.
/// </summary>
public interface IEventStore : IDisposable
{
    /// <summary>
    /// Makes the tool's tables, and those for builds of its own makers (<see cref="Table.Development"/>), or widens them: a new event is a
    /// new table, a new field a new column that is null in older rows. Nothing is ever narrowed. Cost: milliseconds; called for each manifest at start and when one is
    /// added.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="tables">The tables of one manifest.</param>
    /// <param name="rollups">The cells of that manifest that are kept ready (<see cref="Rollup.Of"/>); those that were asked for once are kept.</param>
    /// <exception cref="StoreException">A column exists with another type.</exception>
    void Prepare(string tool, IReadOnlyList<Table> tables, IReadOnlyList<Rollup>? rollups = null);

    /// <summary>
    /// Whether <see cref="Commit"/> would write this batch: false if its id is stored. Takes the rows of deleted installations out of a batch that it would write. Asked on
    /// one thread while another commits. Cost: a look into sets in memory; never waits for a commit.
    /// </summary>
    /// <exception cref="StoreException">The tool's files can't be opened.</exception>
    bool Admits(string tool, StoredBatch batch);

    /// <summary>
    /// Writes all rows of the batches and their ids in one transaction; on return they are on disk. A batch whose id is
    /// stored already, or stands twice in the list, is written once, as long as a client can send it again. All or nothing. The rows are the store's until
    /// it returns: those of installations that were deleted are taken out of them first, so that what is left in the rows of a
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
    /// Deletes what these installations have sent and ever will: notes their ids, for good; on return that is on disk, and no question to the
    /// store finds a row of theirs, also after a restart. Whether an id was known makes no difference, and
    /// asking again changes nothing. Rows that carry no id stay. The disk holds their bytes until the next <see cref="Tend"/> has written
    /// the files anew (<see cref="Deleting"/>). Cost: one small write.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="tables">The tables of all its manifests, which were prepared.</param>
    /// <param name="installations">The stored ids.</param>
    /// <exception cref="StoreException">Nothing of this call was done. Asking again is always right.</exception>
    void Delete(string tool, IReadOnlyList<Table> tables, IReadOnlyList<string> installations);

    /// <summary>How many installations were deleted whose bytes are not gone from the disk yet. Cost: none.</summary>
    int Deleting(string tool);

    /// <summary>
    /// The work in the background: brings the rollups up to date, finishes deletions and retention in the bytes of the files, and joins
    /// small files. Call it about once an hour, soon after a deletion, and at least once a day, since retention is kept to the day only so. Whatever it was
    /// doing when the process was killed it finishes the next time. Cost: seconds to minutes of one core, and at most the
    /// free space of the tool's largest file.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="now">The time now; events of days that are further back than the retention are removed.</param>
    /// <param name="retentionDays">The manifest's retention.</param>
    /// <param name="isGoneElsewhere">
    /// Asked before deletions are noted as done, if there are any: whether what was deleted has also left wherever rows wait to be committed. False: they stay
    /// pending for the next call. Null: nothing waits anywhere.
    /// </param>
    /// <param name="cancel">Ends it in the middle of the step that it is in; the steps that it did stay.</param>
    /// <exception cref="StoreException">It could not be done now; what was committed is safe.</exception>
    /// <exception cref="OperationCanceledException">It was told to end.</exception>
    TendReport Tend(string tool, DateTimeOffset now, int retentionDays, Func<bool>? isGoneElsewhere = null, CancellationToken cancel = default);

    /// <summary>
    /// How many events the tool has, by event. Exact, without those of its own makers. A tool that was never prepared has none.
    /// </summary>
    IReadOnlyDictionary<string, long> Count(string tool);

    /// <summary>
    /// The installations that have an event which counts, each at least once: who is known. Read while it is enumerated. Cost: a scan of one column of
    /// each table.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="tables">The tables of all its manifests.</param>
    /// <exception cref="StoreException">The store failed.</exception>
    IEnumerable<string> Installations(string tool, IReadOnlyList<Table> tables);

    /// <summary>
    /// The cells of a query: for each day and combination of values the count and the exact set of installations, without events of the
    /// tool's own makers and those that do not count (<see cref="Table.Counts"/>): there is no query that counts them. Days that were over the retention at the last
    /// <see cref="Tend"/> have none. Null values are null. In no particular order. Reads while it is enumerated, and sees what was committed when that
    /// began: enumerate it once, to its end or under <c>using</c>. Cost: from a rollup of the same events and at least the same columns milliseconds a
    /// day; else two scans of the days asked for. Memory grows with the installations and the cells, not with the events.
    /// </summary>
    /// <exception cref="StoreException">There is no such event or column, a column is a set, or the store
    /// failed.</exception>
    IEnumerable<Cell> Cells(string tool, CellQuery query);

    /// <summary>
    /// The same as numbers, for charts: how many events and how many distinct installations. Days over the retention keep the numbers that they had. Cost: a few milliseconds for
    /// a view of a rollup (<see cref="Rollup.Views"/>); else that of <see cref="Cells"/>.
    /// </summary>
    /// <exception cref="StoreException">As with <see cref="Cells"/>.</exception>
    IReadOnlyList<CellTotal> Totals(string tool, CellQuery query);

    /// <summary>The files that the tool's events lie in, oldest first.</summary>
    IReadOnlyList<StoredFile> Files(string tool);

    /// <summary>
    /// Files with everything that was committed until now, which nobody changes, moves or removes until the snapshot is disposed: another
    /// process may open them to read. Cost: milliseconds, in which commits wait. Hold it for minutes, not days: a deletion is not done before.
    /// </summary>
    /// <exception cref="StoreException">It can't be made now.</exception>
    IStoreSnapshot Snapshot(string tool);

    /// <summary>
    /// Copies all that the store has of the tool, as it is at one moment, into a folder that takes the place of the tool's own one when it is
    /// restored; on return it is on disk. Commits go on. Cost: reading and writing the files once.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="folder">A folder that is not there yet; left half done if it fails.</param>
    /// <exception cref="StoreException">It could not be copied.</exception>
    void Backup(string tool, string folder);

    /// <summary>
    /// Puts a damaged file of the tool aside, on the operator's word only: it gets another name, is never deleted, and
    /// the tool goes on with the rest.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="file">The path in <see cref="StoreException.File"/> of the exception that told of the damage.</param>
    /// <returns>Its path now.</returns>
    /// <exception cref="StoreException">It is not one of the tool's files, or can't be renamed.</exception>
    string SetAside(string tool, string file);
}

/// <summary>Files that stay as they are until it is disposed. Dispose on any thread.</summary>
public interface IStoreSnapshot : IDisposable
{
    /// <summary>
    /// Their paths, oldest first. Each is a database of its own with some of the tool's events: its tables are those that the tool had when it was written, a query reads the
    /// union.
    /// </summary>
    IReadOnlyList<string> Files { get; }
}

/// <summary>One file of a tool.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Bytes">How large, with its log.</param>
/// <param name="Sealed">True: nothing is written into it any more.</param>
public sealed record StoredFile(string Path, long Bytes, bool Sealed);

/// <summary>What was done in the background.</summary>
/// <param name="Rolled">Events that went into the rollups.</param>
/// <param name="Deleted">Installations whose bytes are gone.</param>
/// <param name="Expired">Events that were removed since they were over the retention.</param>
/// <param name="Rewritten">Files that were written anew, joined or dropped.</param>
public sealed record TendReport(long Rolled, int Deleted, long Expired, int Rewritten);

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
/// <param name="Values">The values in the query's order, as text; null where the event had none, <c>other</c> where it was withheld.</param>
/// <param name="Occurrences">How many events.</param>
/// <param name="Installations">
/// The distinct installations, as numbers from 0 that hold within one query only, ascending. An event without one adds
/// none.
/// </param>
public sealed record Cell(DateOnly Day, IReadOnlyList<string?> Values, long Occurrences, IReadOnlyList<int> Installations);

/// <summary>A cell as numbers.</summary>
/// <param name="Day">The day (UTC).</param>
/// <param name="Values">The values in the query's order, as text; null where the event had none, <c>other</c> where it was withheld.</param>
/// <param name="Occurrences">How many events.</param>
/// <param name="Installations">How many distinct installations.</param>
public sealed record CellTotal(DateOnly Day, IReadOnlyList<string?> Values, long Occurrences, long Installations);

/// <summary>A store could not do what was asked; the message says what, where, and what the operator can do.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Makes one.</summary>
    public StoreException(string message, Exception? inner = null) : base(message, inner) { }

    /// <summary>The file that is damaged, for <see cref="IEventStore.SetAside"/>; null: none is.</summary>
    public string? File { get; init; }
}
