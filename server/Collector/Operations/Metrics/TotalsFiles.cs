// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// The files <c>tools/TOOL/totals.json</c> (<c>spec/control.md</c>): they keep the totals of all tools across restarts.
/// They are saved every few seconds while events come, and at stop. Events committed between the last save and a kill
/// are found again by counting the store's rows, which a start does only if the store has another size than at the last
/// save. Thread-safe.
/// </summary>
sealed class TotalsFiles(
    DataFolder data, StoreThread store, IJournal journal, Limits limits, TimeProvider time, ILogger log)
{
    readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    readonly Lock _writing = new();

    /// <summary>Reads a tool's saved totals, and corrects them by the rows that the store has.</summary>
    public async Task<ToolCounters> OpenAsync(string tool)
    {
        var path = data.Totals(tool);
        var saved = SavedTotals.Read(path, reason => log.TotalsDamaged(tool, reason));
        var start = saved ?? SavedTotals.None;
        List<HeldBatch> held = [.. journal.Held.Where(batch => batch.Tool == tool)];
        var (rows, waiting, isCounted, size) = (start.Rows, 0L, true, store.SizeOf(tool));
        if (start.Removing || held.Count > 0 || (start.Size ?? new StoreSize(0, 0)) != size)
            (rows, waiting, isCounted) = await CountAsync(tool, start.Rows, held);
        if (isCounted)
            store.ExpectRows(tool, rows);
        rows += waiting; // they were acknowledged, and are stored once their manifest is back
        if (start.Removing && rows < start.Rows)
        {
            // The collector ended while rows were being removed: the missing rows are the removed ones.
            log.RemovedUnnoted(start.Rows - rows, tool);
            start = start with { Removed = start.Removed + start.Rows - rows };
        }

        var counters = new ToolCounters(start, rows);
        if (saved is null && rows > 0)
            log.TotalsBegun(tool, rows);
        else if (counters.Found > 0)
            log.TotalsBehind(counters.Found, tool);
        if (counters.Missing > 0)
            log.RowsMissing(counters.Missing, tool, path);
        lock (_entries)
        {
            _entries[tool] = new Entry(tool, counters)
            {
                Saved = start,
                Maintained = start.Maintained,
                Size = size,
                IsCounted = isCounted && counters.Missing == 0, // else the next start counts again
            };
        }

        return counters;
    }

    /// <summary>
    /// Saves the totals that have changed, or whose store has changed since. The log has a failure; the next call tries
    /// again.
    /// </summary>
    /// <param name="isStopped">The store is closed: looks at the store of each tool.</param>
    public void Save(bool isStopped = false)
    {
        Entry[] entries;
        lock (_entries)
            entries = [.. _entries.Values];
        foreach (var entry in entries)
        {
            if (!entry.Counters.ToSave().SameAs(entry.Saved))
                Save(entry);
            else if (isStopped || !entry.IsSettled)
                Settle(entry);
        }
    }

    /// <summary>The store of a tool was closed: saves the size that it has now.</summary>
    public void Settle(string tool)
    {
        if (Find(tool) is { } entry)
            Settle(entry);
    }

    /// <summary>
    /// The size of a tool's data in the store when its totals were last saved or settled: seconds ago while it changes.
    /// Reads no file.
    /// </summary>
    public StoreSize SizeOf(string tool) => Find(tool)?.Size ?? new StoreSize(0, 0);

    /// <summary>When the last maintenance of a tool's files started; null: never.</summary>
    public DateTimeOffset? Maintained(string tool) => Find(tool)?.Maintained;

    /// <summary>
    /// Rows left the store. Saves that at once, also for 0 rows: the duration of a deletion must not tell whether it
    /// found any.
    /// </summary>
    public void AddRemoved(string tool, long rows)
    {
        if (Find(tool) is not { } entry)
            return;
        entry.Counters.Remove(rows);
        Save(entry);
    }

    /// <summary>
    /// Saves whether rows are being removed, before the removal and after it: rows missing after a kill in between are
    /// no loss.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="removing">Whether they are.</param>
    /// <param name="maintained">When the maintenance that ended started; null: none ended.</param>
    public void SetRemoving(string tool, bool removing, DateTimeOffset? maintained = null)
    {
        if (Find(tool) is not { } entry)
            return;
        entry.Removing = removing;
        entry.Maintained = maintained ?? entry.Maintained;
        Save(entry);
    }

    // The totals stay as saved if the store can't count now: its other tools must work.
    async Task<(long Rows, long Held, bool IsCounted)> CountAsync(string tool, long saved, List<HeldBatch> held)
    {
        if (store.BacklogOf(tool) > 0)
        {
            log.RowsNotCounted(tool);
            return (saved, 0, false);
        }

        try
        {
            return await store.InvokeAsync(tool, s => (
                s.CountEvents(tool).Values.Sum(),
                held.Where(one => s.IsNew(tool, new StoredBatch(one.Id, one.Received, []))).Sum(one => one.Rows),
                true)).WaitAsync(limits.MaxReplayTime); // opening may replay a long log
        }
        catch (TimeoutException)
        {
            log.RowsNotCounted(tool);
            return (saved, 0, false);
        }
        catch (StoreException e)
        {
            log.StoreUnreadable(tool, e.Message);
            return (saved, 0, false);
        }
    }

    Entry? Find(string tool)
    {
        lock (_entries)
            return _entries.GetValueOrDefault(tool);
    }

    void Settle(Entry entry)
    {
        entry.Size = store.SizeOf(entry.Tool);
        if (entry.Saved.Size is not null && entry.Size == entry.Saved.Size)
            entry.IsSettled = true;
        else if (entry.Counters.ToSave().Received > 0)
            Save(entry);
        else
            entry.IsSettled = true; // nothing was ever stored
    }

    // The size before the totals: a store that grew in between has another size at the next start, which then counts.
    void Save(Entry entry)
    {
        lock (_writing)
        {
            entry.Size = store.SizeOf(entry.Tool);
            var size = entry.IsCounted ? entry.Size : null;
            if (entry.Counters.Total().Pending > 0)
                size = null; // it may have rows of a batch that is not counted yet
            var totals = entry.Counters.ToSave() with
            {
                Removing = entry.Removing,
                Size = size,
                Maintained = entry.Maintained,
            };
            try
            {
                OwnerFile.Replace(data.Totals(entry.Tool), totals.ToJson(time.GetUtcNow()));
                entry.IsSettled = !entry.IsCounted || (size is not null && size == entry.Saved.Size);
                entry.Saved = totals;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                log.TotalsNotWritten(entry.Tool, e.Message);
            }
        }
    }

    sealed class Entry(string tool, ToolCounters counters)
    {
        public string Tool => tool;

        public ToolCounters Counters => counters;

        public bool Removing { get; set; }

        public DateTimeOffset? Maintained { get; set; }

        /// <summary>Whether the totals are known to agree with the rows of the store.</summary>
        public required bool IsCounted { get; init; }

        /// <summary>The size of the tool's data when it was last measured.</summary>
        public StoreSize Size { get; set; } = new(0, 0);

        /// <summary>Whether the saved size was that of the store when the totals last changed.</summary>
        public bool IsSettled { get; set; } = true;

        /// <summary>The content of the file.</summary>
        public SavedTotals Saved { get; set; } = SavedTotals.None;
    }
}
