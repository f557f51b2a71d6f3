// SPDX-License-Identifier: MIT
// What a file of rollups has, read at one moment.

namespace Tallymark.DuckDb.Rollups;

/// <summary>The rollups of a file. Immutable.</summary>
/// <param name="Frozen">The first day whose sets are kept.</param>
/// <param name="Shapes">The rollups.</param>
sealed record RollupState(DateOnly Frozen, IReadOnlyList<RollupShape> Shapes)
{
    /// <summary>Reads it; within a transaction, what is read of the file later fits it.</summary>
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
                var events = consumed.GetValueOrDefault(rows.Int32(0)) ?? new Dictionary<string, long>(StringComparer.Ordinal);
                shapes.Add(new RollupShape(rows.Int32(0), RollupShape.Read(rows.Text(1)!), rows.Int32(2), events));
            }
        }

        using var state = connection.Query($"SELECT max(frozen) FROM \"{alias}\".main._state");
        return new RollupState(state.Read() && !state.IsNull(0) ? Days.FromNumber(state.Int32(0)) : DateOnly.MinValue, shapes);
    }

    /// <summary>The names of all tables of the file.</summary>
    // Not asked of DuckDB: its list of tables is made with all files of the engine in use, and then none can be attached otherwise.
    public IEnumerable<string> Tables => ["_shapes", "_consumed", "_dirty", "_state", "installations",
        .. Shapes.SelectMany(shape => new[] { $"cells_{shape.Id}", $"pairs_{shape.Id}", $"days_{shape.Id}" })];

    /// <summary>Whether a table has codes of installations.</summary>
    public static bool HasCodes(string table) => string.Equals(table, "installations", StringComparison.Ordinal) || table.StartsWith("pairs_", StringComparison.Ordinal);

    /// <summary>The rollup that answers a query with the fewest columns; null: none does.</summary>
    public RollupShape? For(Store.CellQuery query) =>
        Shapes.Where(shape => shape.Answers(query)).MinBy(shape => shape.Rollup.Columns.Count);
}
