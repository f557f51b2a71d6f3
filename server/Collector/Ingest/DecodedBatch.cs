// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Ingest;

/// <summary>
/// A decoded batch: rows for the store, and how many events were dropped for which reason. Not thread-safe.
/// </summary>
/// <param name="id">The id of the batch.</param>
/// <param name="pool">Where the rows come from.</param>
sealed class DecodedBatch(Guid id, RowPool pool)
{
    readonly Dictionary<Table, EventRows> _rows = [];

    public Guid Id { get; } = id;

    public Drops Drops { get; } = new();

    /// <summary>The places of drops, where a manifest has places; null: there are none.</summary>
    public Dictionary<DropPlace, long>? Places { get; private set; }

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
    /// When the batch was received, truncated to the coarsest precision of its events' manifests. Nanoseconds since
    /// 1970.
    /// </summary>
    public long Received { get; set; } = long.MaxValue;

    /// <summary>The rows of every table with at least one event.</summary>
    public List<EventRows> Rows
    {
        get
        {
            var filled = new List<EventRows>(_rows.Count);
            foreach (var rows in _rows.Values)
            {
                if (rows.Count > 0)
                    filled.Add(rows);
            }

            return filled;
        }
    }

    public void AddPlace(DropPlace place)
    {
        Places ??= [];
        Places[place] = Places.GetValueOrDefault(place) + 1;
    }

    public EventRows RowsOf(Table table)
    {
        if (!_rows.TryGetValue(table, out var rows))
            _rows.Add(table, rows = pool.Take(table));
        return rows;
    }
}
