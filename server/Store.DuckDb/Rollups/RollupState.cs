// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Rollups;

/// <summary>The rollups of a file as of one moment. Immutable.</summary>
/// <param name="Frozen">The first day whose sets are kept.</param>
/// <param name="Shapes">The rollups.</param>
sealed record RollupState(DateOnly Frozen, IReadOnlyList<RollupShape> Shapes)
{
    /// <summary>Reads it. Within a transaction, later reads of the file match it.</summary>
    public static RollupState Read(Connection connection, string alias)
    {
        var consumed = new Dictionary<int, Dictionary<string, long>>();
        using (var rows = connection.Query($"SELECT shape, event, consumed FROM \"{alias}\".main._consumed"))
        {
            while (rows.Read())
            {
                if (!consumed.TryGetValue(rows.Int32(0), out var events))
                    consumed.Add(rows.Int32(0), events = new Dictionary<string, long>(StringComparer.Ordinal));
                events[rows.Text(1)!] = rows.Int64(2);
            }
        }

        var shapes = new List<RollupShape>();
        using (var rows = connection.Query($"SELECT id, definition, part FROM \"{alias}\".main._shapes ORDER BY id"))
        {
            while (rows.Read())
            {
                var events = consumed.GetValueOrDefault(rows.Int32(0))
                    ?? new Dictionary<string, long>(StringComparer.Ordinal);
                shapes.Add(new RollupShape(rows.Int32(0), RollupShape.Read(rows.Text(1)!), rows.Int32(2), events));
            }
        }

        using var state = connection.Query($"SELECT max(frozen) FROM \"{alias}\".main._state");
        var frozen = state.Read() && !state.IsNull(0) ? UtcDay.FromNumber(state.Int32(0)) : DateOnly.MinValue;
        return new RollupState(frozen, shapes);
    }

    /// <summary>The names of all tables of the file.</summary>
    // Not read from DuckDB: its list of tables uses every file of the engine, and then none of them can be reattached.
    public IEnumerable<string> Tables =>
    [
        "_shapes", "_consumed", "_dirty", "_state", "installations",
        .. Shapes.SelectMany(shape => new[]
        {
            $"cells_{shape.Id}", $"pairs_{shape.Id}", $"networks_{shape.Id}", $"days_{shape.Id}",
        }),
    ];

    /// <summary>Whether a table has codes of installations.</summary>
    public static bool HasCodes(string table) =>
        string.Equals(table, "installations", StringComparison.Ordinal)
        || table.StartsWith("pairs_", StringComparison.Ordinal)
        || table.StartsWith("networks_", StringComparison.Ordinal);

    /// <summary>The rollup with the fewest columns that answers a query; null: there is none.</summary>
    public RollupShape? For(CellQuery query) =>
        Shapes.Where(shape => shape.Answers(query)).MinBy(shape => shape.Rollup.Columns.Count);
}
