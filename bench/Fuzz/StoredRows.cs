// SPDX-License-Identifier: MIT


namespace Tallymark.Bench.Fuzz;

/// <summary>
/// Reads a tool's database files with the bench's own SQL, after the collector has closed them. Stateless.
/// </summary>
static class StoredRows
{
    /// <summary>
    /// Every row of every event of every part (spec/control.md) below a data folder, with its number of occurrences:
    /// <c>schema.event|column=value|…</c>, columns sorted by name, without nulls, sets joined by blanks, times in
    /// nanoseconds.
    /// </summary>
    public static Dictionary<string, int> Read(string data)
    {
        var rows = new Dictionary<string, int>(StringComparer.Ordinal);
        EachPart(data, (tool, connection) =>
        {
            foreach (var (schema, table, columns) in Tables(connection))
                ReadTable(connection, tool, schema, table, columns, rows);
        });
        return rows;
    }

    /// <summary>The ids of all batches below a data folder.</summary>
    public static HashSet<Guid> ReadBatches(string data)
    {
        var ids = new HashSet<Guid>();
        EachPart(data, (_, connection) =>
        {
            using var found = connection.Query("SELECT CAST(id AS VARCHAR) FROM main._batches");
            while (found.Read())
                ids.Add(Guid.Parse(found.Text(0)!));
        });
        return ids;
    }

    static void EachPart(string data, Action<string, Connection> read)
    {
        foreach (var path in Directory.EnumerateFiles(data, "*.duckdb", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(Path.GetDirectoryName(path)) != "parts")
                continue; // rollups, not events
            var tool = Path.GetRelativePath(Path.Combine(data, "tools"), path).Split(Path.DirectorySeparatorChar)[0];
            using var database = Database.Open(path, [("access_mode", "READ_ONLY")]);
            using var connection = database.Connect();
            read(tool, connection);
        }
    }

    static void ReadTable(
        Connection connection, string tool, string schema, string table,
        IReadOnlyList<(string Name, string Type)> columns,
        Dictionary<string, int> rows)
    {
        // The network depends on a random key.
        columns = [.. columns.Where(column => column.Name != Tallymark.Store.Table.Network)];
        using var found =
            connection.Query($"SELECT {string.Join(", ", columns.Select(AsText))} FROM \"{schema}\".\"{table}\"");
        while (found.Read())
        {
            var values = new List<string>(columns.Count);
            for (var i = 0; i < columns.Count; i++)
            {
                if (found.Text(i) is { } text)
                    values.Add($"{columns[i].Name}={text}");
            }

            var row = $"{tool}/{schema}.{table}|{string.Join('|', values)}";
            rows[row] = rows.GetValueOrDefault(row) + 1;
        }
    }

    static string AsText((string Name, string Type) column) => column.Type switch
    {
        "TIMESTAMP_NS" => $"CAST(epoch_ns(\"{column.Name}\") AS VARCHAR)",
        "VARCHAR[]" => $"array_to_string(\"{column.Name}\", ' ')",
        _ => $"CAST(\"{column.Name}\" AS VARCHAR)",
    };

    static List<(string Schema, string Table, List<(string Name, string Type)> Columns)> Tables(Connection connection)
    {
        var columns = new List<(string Schema, string Table, string Name, string Type)>();
        using (var found = connection.Query(
            """
            SELECT schema_name, table_name, column_name, data_type
            FROM duckdb_columns()
            WHERE NOT internal AND NOT starts_with(table_name, '_')
            """))
        {
            while (found.Read())
                columns.Add((found.Text(0)!, found.Text(1)!, found.Text(2)!, found.Text(3)!));
        }

        return
        [
            .. columns.GroupBy(c => (c.Schema, c.Table)).Select(g =>
                (g.Key.Schema, g.Key.Table, g.Select(c => (c.Name, c.Type)).OrderBy(c => c.Name, StringComparer.Ordinal)
                    .ToList())),
        ];
    }
}
