// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>The role that removes data and keeps the store in shape. Thread-safe.</summary>
public interface IStoreMaintenance
{
    /// <summary>
    /// Deletes everything that these installations have sent and will ever send: records their ids permanently. On
    /// return the record is durable and no query finds a row of theirs, also after a restart. It makes no difference
    /// whether an id was known, and repeating the call changes nothing. Rows without an id stay. The bytes of the rows
    /// may stay on disk until the next <see cref="Maintain"/> (<see cref="PendingDeletions"/>). Cost: one small write.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="tables">The tables of all its manifests; they are prepared.</param>
    /// <param name="installations">The stored ids.</param>
    /// <exception cref="StoreException">Nothing of this call was done. Repeating it is always safe.</exception>
    void Delete(string tool, IReadOnlyList<Table> tables, IReadOnlyList<string> installations);

    /// <summary>The number of deleted installations whose bytes may still be on disk. Cost: none.</summary>
    int PendingDeletions(string tool);

    /// <summary>
    /// The number of separately stored pieces of events, which <see cref="Maintain"/> merges; 0 for an unknown tool.
    /// Many small ones slow down reads, so a caller decides with it when maintenance is due. Cost: none.
    /// </summary>
    int Parts(string tool);

    /// <summary>
    /// The size of a tool's data, to show; nothing for an unknown tool. Cost: a directory listing or one request; does
    /// not open the tool's data. May be called after the store was disposed; then it is the size at rest.
    /// </summary>
    StoreSize Size(string tool);

    /// <summary>
    /// Brings rollups up to date, removes the bytes of deleted installations and of events past the retention, and
    /// merges small parts. Call it about once an hour, soon after a deletion, and at least once a day: only then is the
    /// retention exact to the day. A run that was killed is completed by the next one. Commits wait for milliseconds
    /// only. Cost: seconds to minutes of one core, and up to the size of the tool's largest part in free space.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="now">The current time; events of days before it by more than the retention are removed.</param>
    /// <param name="retention">The retention. The shortest one decides which days have cells.</param>
    /// <param name="isGoneElsewhere">
    /// Called before pending deletions are recorded as done, if there are any: whether the deleted rows have also left
    /// every other place where rows wait to be committed. False: the deletions stay pending for the next call. Null:
    /// rows wait nowhere.
    /// </param>
    /// <param name="cancel">Stops the run within the current step; completed steps persist.</param>
    /// <exception cref="StoreException">Maintenance failed; committed events are safe.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    MaintenanceReport Maintain(
        string tool, DateTimeOffset now, Retention retention, Func<bool>? isGoneElsewhere = null,
        CancellationToken cancel = default);

    /// <summary>
    /// Releases what open tools need in memory, threads and files, if no call has used them for a time. The next call
    /// opens them again: nothing is lost. Cost: a write for each. An engine without such a state does nothing.
    /// </summary>
    /// <param name="idle">The time.</param>
    /// <returns>The tools that were open and no longer are.</returns>
    IReadOnlyList<string> CloseIdle(TimeSpan idle);
}
