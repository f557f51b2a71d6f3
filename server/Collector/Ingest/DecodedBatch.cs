// SPDX-License-Identifier: MIT
// What decoding a batch leaves: rows for the store, and how many events were dropped for which reason.

namespace Tallymark.Collector.Ingest;

/// <summary>A batch between decoder and store. One request owns it; not thread safe.</summary>
sealed class DecodedBatch(BatchHead head, RowPool pool)
{
    readonly Dictionary<Table, EventRows> _rows = [];

    public BatchHead Head { get; } = head;

    public Drops Drops { get; } = new();

    /// <summary>How many events the rows hold.</summary>
    public long Kept
    {
        get
        {
            var kept = 0L;
            foreach (var rows in _rows.Values)
                kept += rows.Count;
            return kept;
        }
    }

    /// <summary>
    /// When the batch came, cut off at the coarsest precision of its events' manifests, nanoseconds since 1970.
    /// </summary>
    public long Received { get; set; } = long.MaxValue;

    /// <summary>The rows with at least one event.</summary>
    public List<EventRows> Rows
    {
        get
        {
            var rows = new List<EventRows>(_rows.Count);
            foreach (var of in _rows.Values)
            {
                if (of.Count > 0)
                    rows.Add(of);
            }

            return rows;
        }
    }

    public EventRows RowsOf(Table table)
    {
        if (!_rows.TryGetValue(table, out var rows))
            _rows.Add(table, rows = pool.Take(table));
        return rows;
    }
}
