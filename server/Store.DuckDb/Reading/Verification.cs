// SPDX-License-Identifier: MIT
// Reads every value of every file of a tool, so that a damage shows before somebody's query finds it.

namespace Tallymark.DuckDb.Reading;

static class Verification
{
    /// <summary>Reads them. Cost: reading the files once.</summary>
    /// <exception cref="StoreException">A file is damaged; the message and <see cref="StoreException.File"/> name it.</exception>
    public static void Run(Database engine, ToolFiles files)
    {
        using var lease = files.Take();
        foreach (var file in lease.View.All)
        {
            using var connection = engine.Connect(file.Path);
            foreach (var table in Tables(connection, file.Alias))
                connection.Execute($"SELECT max(hash(t)) FROM {table} t");
        }
    }

    static List<string> Tables(Connection connection, string alias)
    {
        var tables = new List<string>();
        using var rows = connection.Query("SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = $1", alias);
        while (rows.Read())
            tables.Add($"\"{alias}\".\"{rows.Text(0)}\".\"{rows.Text(1)}\"");
        return tables;
    }
}
