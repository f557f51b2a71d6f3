// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// The files <c>tools/TOOL/totals.json</c> (<c>spec/control.md</c>): they keep the totals of all tools across restarts.
/// They are saved every few seconds while events come, and at stop. Events committed between the last save and a kill
/// are found again by counting the store's rows. Thread-safe.
/// </summary>
sealed class TotalsFiles(DataFolder data, StoreThread store, TimeProvider time, ILogger log)
{
    readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    readonly Lock _writing = new();

    /// <summary>Reads a tool's saved totals and corrects them by the rows that the store has.</summary>
    /// <exception cref="StoreException">The store can't count.</exception>
    public async Task<ToolCounters> OpenAsync(string tool)
    {
        var path = data.Totals(tool);
        var saved = SavedTotals.Read(path, reason => log.TotalsDamaged(tool, reason));
        await store.RemovedAsync(tool); // from here on the store counts the rows that leave it
        var rows = await store.InvokeAsync(tool, s => s.CountEvents(tool).Values.Sum());
        var start = saved ?? SavedTotals.None;
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
            _entries[tool] = new Entry(tool, counters);
        return counters;
    }

    /// <summary>Saves the totals that have changed. The log has a failure; the next call tries again.</summary>
    public void Save()
    {
        Entry[] entries;
        lock (_entries)
            entries = [.. _entries.Values];
        foreach (var entry in entries)
        {
            if (!entry.Counters.ToSave().SameAs(entry.Saved))
                Save(entry);
        }
    }

    /// <summary>
    /// Rows left the store. Saves that at once, also for 0 rows: the duration of a deletion must not tell whether it
    /// found any.
    /// </summary>
    public void AddRemoved(string tool, long rows)
    {
        var entry = Find(tool);
        entry.Counters.Remove(rows);
        Save(entry);
    }

    /// <summary>
    /// Saves whether rows are being removed, before the removal and after it: rows missing after a kill in between are
    /// no loss.
    /// </summary>
    public void SetRemoving(string tool, bool removing)
    {
        var entry = Find(tool);
        entry.Removing = removing;
        Save(entry);
    }

    Entry Find(string tool)
    {
        lock (_entries)
            return _entries[tool];
    }

    void Save(Entry entry)
    {
        lock (_writing)
        {
            var totals = entry.Counters.ToSave() with { Removing = entry.Removing };
            try
            {
                OwnerFile.Replace(data.Totals(entry.Tool), totals.ToJson(time.GetUtcNow()));
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

        /// <summary>The content of the file, if it was saved since the start.</summary>
        public SavedTotals Saved { get; set; } = SavedTotals.None;
    }
}
