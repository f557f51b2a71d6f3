// SPDX-License-Identifier: MIT
// What a rollup has yet to count, in slices over parts and events: a transaction costs as much for ten rows as for ten thousand.

namespace Tallymark.DuckDb.Rollups;

/// <summary>Rows of one event in one part.</summary>
sealed record RowRange(Part Part, string Event, long From, long To);

/// <summary>Rows that are counted in one transaction.</summary>
/// <param name="Rows">Which; may be none, if a part is over of which all was counted.</param>
/// <param name="Part">After it: the first part that is not wholly counted.</param>
/// <param name="Consumed">After it: of that part, how many rows of each event are.</param>
sealed record RollupSlice(IReadOnlyList<RowRange> Rows, int Part, IReadOnlyDictionary<string, long> Consumed)
{
    /// <summary>How many rows.</summary>
    public long Count => Rows.Sum(range => range.To - range.From);
}

/// <summary>The rows that there were when it was made. The parts must be leased as long as it is used.</summary>
sealed class Uncounted(Connection connection, IReadOnlyList<Part> parts)
{
    // Whether a part is over is asked before how many rows it has: the other way round rows that come between would count as counted.
    readonly List<(Part Part, bool IsOver)> _parts = [.. parts.Select(part => (part, part.IsSealed))];
    readonly Dictionary<(Part Part, string Event), long> _ends = [];

    /// <summary>The next rows of a rollup, at most so many; null: all are counted.</summary>
    public RollupSlice? Next(RollupShape shape, int most)
    {
        var rows = new List<RowRange>();
        var (at, consumed) = (shape.Part, new Dictionary<string, long>(shape.Consumed, StringComparer.Ordinal));
        foreach (var (part, isOver) in _parts)
        {
            if (part.Name.Last < at)
                continue;
            if (part.Name.First != at)
                (at, consumed) = (part.Name.First, new Dictionary<string, long>(StringComparer.Ordinal));
            if (!Take(part, shape, consumed, rows, ref most))
                break;
            if (isOver)
                (at, consumed) = (part.Name.Last + 1, new Dictionary<string, long>(StringComparer.Ordinal));
        }

        return rows.Count == 0 && at == shape.Part ? null : new RollupSlice(rows, at, consumed);
    }

    // False: there are more rows in the part.
    bool Take(Part part, RollupShape shape, Dictionary<string, long> consumed, List<RowRange> rows, ref int most)
    {
        foreach (var name in shape.Rollup.Events.Where(name => part.Catalog.Find(Sql.Counted, name, "time") is not null))
        {
            var (from, end) = (consumed.GetValueOrDefault(name), EndOf(part, name));
            var to = Math.Min(end, from + most);
            if (to > from)
                rows.Add(new RowRange(part, name, from, to));
            consumed[name] = to;
            most -= (int)(to - from);
            if (to < end)
                return false;
        }

        return true;
    }

    long EndOf(Part part, string name)
    {
        if (_ends.TryGetValue((part, name), out var end))
            return end;
        using var rows = connection.Query($"SELECT coalesce(max(rowid) + 1, 0) FROM {Sql.TableName(part.Alias, Sql.Counted, name)}");
        return _ends[(part, name)] = rows.Read() ? rows.Int64(0) : throw new InvalidOperationException("A maximum has one row.");
    }
}
