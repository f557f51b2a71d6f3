// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Tallymark.DuckDb.RawQueries;

/// <summary>
/// Runs one query over files that do not change, with no access to anything else. Each declared or stored event is a
/// view over all files; <c>main</c> has the counted events, <c>dev</c> those of development builds. Before the query
/// runs, the configuration is locked, and access to files, the network and extensions is off. Accepts one statement
/// only, and only a SELECT. Stateless; runs in a process of its own (<see cref="DuckDbQueryChild"/>).
/// </summary>
static class QueryRunner
{
    /// <summary>Runs it.</summary>
    /// <returns>Whether there were more rows than the limit.</returns>
    /// <exception cref="StoreException">The query is refused or failed; the message is for its author.</exception>
    public static bool Run(QueryOrder order, RawAnswerWriter answer)
    {
        using var engine = Database.OpenEngine("The query", SettingsOf(order));
        using var connection = engine.Connect();
        CreateViews(connection, order);
        connection.Execute("SET enable_external_access = false");
        // A table function can still turn on logging into a file (observed); the attached files are open already and
        // stay readable.
        connection.Execute("SET disabled_filesystems = 'LocalFileSystem'");
        connection.Execute("SET lock_configuration = true");
        var names = Check(connection, order.Sql);
        answer.WriteColumns(names);

        // On lines of its own and without a final `;`. The check found one complete SELECT, so it can't close the
        // parenthesis.
        var sql = order.Sql.TrimEnd().TrimEnd(';');
        using var rows = connection.Query(
            $"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (\n{sql}\n) LIMIT {order.MaxRows + 1L}");
        var values = new string?[names.Count];
        while (rows.Read())
        {
            if (answer.Rows == order.MaxRows)
                return true;
            for (var i = 0; i < values.Length; i++)
                values[i] = rows.Text(i);
            answer.WriteRow(values);
        }

        return false;
    }

    static IEnumerable<(string Name, string Value)> SettingsOf(QueryOrder order) =>
    [
        ("memory_limit", $"{order.MaxMemoryMiB}MiB"),
        ("threads", $"{Math.Clamp(Environment.ProcessorCount / 2, 1, 4)}"),
        ("temp_directory", ""),
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("allow_community_extensions", "false"),
        ("allow_unsigned_extensions", "false"),
    ];

    static void CreateViews(Connection connection, QueryOrder order)
    {
        for (var i = 0; i < order.Files.Count; i++)
            connection.Execute($"ATTACH {Text(order.Files[i])} AS f{i} (READ_ONLY)");
        var tables = new List<(string Schema, string Name, string Select)>();
        using (var rows = connection.Query(
            "SELECT database_name, schema_name, table_name FROM duckdb_tables() " +
            "WHERE NOT internal AND NOT starts_with(table_name, '_') ORDER BY database_oid"))
        {
            while (rows.Read())
                tables.Add((rows.Text(1)!, rows.Text(2)!, SelectFrom(rows.Text(0)!, rows.Text(1)!, rows.Text(2)!)));
        }

        tables.AddRange(order.Declared.Select(table => (table.Schema, table.Name, SelectNothing(table))));

        foreach (var schema in tables.Select(t => t.Schema).Where(s => s != "main").Distinct(StringComparer.Ordinal))
            connection.Execute($"CREATE SCHEMA {Name(schema)}");
        foreach (var parts in tables.GroupBy(t => (t.Schema, t.Name)))
        {
            connection.Execute(
                $"CREATE VIEW {Name(parts.Key.Schema)}.{Name(parts.Key.Name)} AS " +
                $"{string.Join(" UNION ALL BY NAME ", parts.Select(t => t.Select))}");
        }
    }

    // No query needs the network: it would only tell which installations are in the same place.
    static string SelectFrom(string file, string schema, string name) =>
        $"SELECT COLUMNS(lambda c: c <> '{Table.Network}') FROM {file}.{Name(schema)}.{Name(name)}";

    static string SelectNothing(DeclaredTable table)
    {
        var columns = table.Columns.Where(column => column.Key != Table.Network)
            .Select(column => $"CAST(NULL AS {column.Value}) AS {Name(column.Key)}");
        return $"SELECT {string.Join(", ", columns)} WHERE false";
    }

    /// <summary>Makes sure that the text is one SELECT; returns the names of its columns.</summary>
    static List<string> Check(Connection connection, string sql)
    {
        var count = NativeMethods.ExtractStatements.DuckDBExtractStatements(connection.Handle, sql, out var statements);
        using (statements)
        {
            if (count != 1)
            {
                throw new StoreException(count > 1
                    ? "Only one statement at a time is allowed; this is more than one."
                    : NotAStatement(NativeMethods.ExtractStatements.DuckDBExtractStatementsError(statements)));
            }

            var prepared = NativeMethods.ExtractStatements.DuckDBPrepareExtractedStatement(
                connection.Handle, statements, 0, out var statement);
            using (statement)
            {
                if (prepared != DuckDBState.Success)
                {
                    throw new StoreException(
                        NativeMethods.PreparedStatements.DuckDBPrepareError(statement) ?? "DuckDB refused the query.");
                }

                if (NativeAdditions.duckdb_prepared_statement_type(statement) != DuckDBStatementType.Select)
                    throw new StoreException("Only a SELECT is allowed: raw events can be read but not changed.");
                return ColumnsOf(statement);
            }
        }
    }

    static string NotAStatement(string? error) =>
        $"This is not a statement. {(string.IsNullOrEmpty(error) ? "Write a SELECT." : error)}";

    static List<string> ColumnsOf(DuckDBPreparedStatement statement)
    {
        var names = new List<string>();
        for (var i = 0UL; i < NativeAdditions.duckdb_prepared_statement_column_count(statement); i++)
        {
            var name = NativeAdditions.duckdb_prepared_statement_column_name(statement, i);
            names.Add(Marshal.PtrToStringUTF8(name) ?? "");
            NativeMethods.Helpers.DuckDBFree(name);
        }

        return names;
    }

    static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
