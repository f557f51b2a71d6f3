// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Reading;

/// <summary>Reads every value of every file of a tool, to find damage before a query does. Stateless.</summary>
static class Verification
{
    /// <summary>Reads the files. Cost: reading them once.</summary>
    /// <exception cref="DamagedFileException">A file is damaged.</exception>
    public static void Run(Database engine, ToolFiles files)
    {
        using var lease = files.Acquire();
        foreach (var file in lease.View.All)
            Read(engine, file);
    }

    /// <summary>Reads one attached file. Cost: reading it once.</summary>
    /// <exception cref="DamagedFileException">It is damaged.</exception>
    public static void Read(Database engine, AttachedFile file)
    {
        using var connection = engine.Connect(file.Path);
        foreach (var table in Tables(connection, file.Alias))
            connection.Execute($"SELECT max(hash(t)) FROM {table} t");
    }

    static List<string> Tables(Connection connection, string alias)
    {
        var tables = new List<string>();
        using var rows = connection.Query(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = $1", alias);
        while (rows.Read())
            tables.Add($"\"{alias}\".\"{rows.Text(0)}\".\"{rows.Text(1)}\"");
        return tables;
    }
}
