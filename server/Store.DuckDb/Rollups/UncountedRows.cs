// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Rollups;

/// <summary>
/// The rows that a rollup has not counted, in slices over parts and events, as of the creation of this object. Lease
/// the parts while it is used. One thread at a time.
/// </summary>
sealed class UncountedRows(Connection connection, IReadOnlyList<Part> parts)
{
    // Read before the number of rows: in the other order, rows that were committed in between would be recorded as
    // counted.
    readonly List<(Part Part, bool IsSealed)> _parts = [.. parts.Select(part => (part, part.IsSealed))];
    readonly Dictionary<(Part Part, string Event), long> _ends = [];

    /// <summary>The next rows of a rollup, at most so many; null: all are counted.</summary>
    public RollupSlice? Next(RollupShape shape, int maxRows)
    {
        var rows = new List<RowRange>();
        var (at, consumed) = (shape.Part, new Dictionary<string, long>(shape.Consumed, StringComparer.Ordinal));
        foreach (var (part, isSealed) in _parts)
        {
            if (part.Name.Last < at)
                continue;
            if (part.Name.First != at)
                (at, consumed) = (part.Name.First, new Dictionary<string, long>(StringComparer.Ordinal));
            if (!Add(part, shape, consumed, rows, ref maxRows))
                break;
            if (isSealed)
                (at, consumed) = (part.Name.Last + 1, new Dictionary<string, long>(StringComparer.Ordinal));
        }

        return rows.Count == 0 && at == shape.Part ? null : new RollupSlice(rows, at, consumed);
    }

    // False: the part has more rows.
    bool Add(Part part, RollupShape shape, Dictionary<string, long> consumed, List<RowRange> rows, ref int maxRows)
    {
        var catalog = part.Catalog;
        foreach (var name in shape.Rollup.Events.Where(name => catalog.Find(Sql.Counted, name, "time") is not null))
        {
            var (from, end) = (consumed.GetValueOrDefault(name), EndOf(part, name));
            var to = Math.Min(end, from + maxRows);
            if (to > from)
                rows.Add(new RowRange(part, name, from, to));
            consumed[name] = to;
            maxRows -= (int)(to - from);
            if (to < end)
                return false;
        }

        return true;
    }

    long EndOf(Part part, string name)
    {
        if (_ends.TryGetValue((part, name), out var end))
            return end;
        using var rows = connection.Query(
            $"SELECT coalesce(max(rowid) + 1, 0) FROM {Sql.TableName(part.Alias, Sql.Counted, name)}");
        return _ends[(part, name)] =
            rows.Read() ? rows.Int64(0) : throw new InvalidOperationException("DuckDB returned no row for a maximum.");
    }
}
