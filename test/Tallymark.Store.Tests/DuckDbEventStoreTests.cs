// SPDX-License-Identifier: MIT
// DuckDB passes what every store must, read back as text that DuckDB itself makes of each value.

using System.Collections.Generic;
using System.IO;
using System.Linq;
using Tallymark.DuckDb;
using Tallymark.DuckDb.Interop;

namespace Tallymark.Store.Tests;

public sealed class DuckDbEventStoreTests : EventStoreTests
{
    protected override IEventStore Open() => new DuckDbEventStore(Folder);

    protected override IReadOnlyList<string?[]> Read(string tool, string table, params string[] columns)
    {
        var texts = string.Join(", ", columns.Select(column => $"CAST(\"{column}\" AS VARCHAR)"));
        var file = Path.Combine(Folder, "tools", tool, "events.duckdb");
        return RawFile.Query(file, $"SELECT {texts} FROM main.\"{table}\" ORDER BY \"time\"");
    }
}

public sealed class DuckDbCellTests : CellTests
{
    protected override IEventStore Open() => new DuckDbEventStore(Folder);
}

/// <summary>Reads a file that no store has open, with DuckDB's settings as they come.</summary>
static class RawFile
{
    public static IReadOnlyList<string?[]> Query(string path, string sql)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException("No such store.", path);
        using var database = Database.Open(path, [("access_mode", "read_only")]);
        using var connection = database.Connect();
        return All(connection, sql);
    }

    public static IReadOnlyList<string?[]> All(Connection connection, string sql)
    {
        var result = new List<string?[]>();
        using var rows = connection.Query(sql);
        while (rows.Read())
            result.Add([.. Enumerable.Range(0, rows.Columns).Select(rows.Text)]);
        return result;
    }
}
