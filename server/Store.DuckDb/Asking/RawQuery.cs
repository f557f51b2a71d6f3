// SPDX-License-Identifier: MIT
// Runs one query that somebody wrote, over files that nobody changes, with nothing else within its reach.

using System.Runtime.InteropServices;

namespace Tallymark.DuckDb.Asking;

/// <summary>What is asked.</summary>
/// <param name="Files">The files of a snapshot (<see cref="IStoreSnapshot"/>).</param>
/// <param name="Sql">The query.</param>
/// <param name="MostRows">How many rows it may answer; the rest is left out.</param>
/// <param name="MemoryMiB">How much memory it may take. It has no disk to go on with.</param>
/// <param name="Threads">How many threads.</param>
public sealed record RawQuestion(IReadOnlyList<string> Files, string Sql, int MostRows, int MemoryMiB, int Threads);

/// <summary>
/// For a process of its own: a query of a stranger can take all of the memory that it may, and a bug in the database is not the
/// collector's. Each event is a view over all files; <c>main</c> has those that are counted, <c>dev</c> those of the tool's own makers.
/// Before the query runs the configuration is locked, with every door to files, the network and other code closed. Only one
/// statement is taken, and only a SELECT. Stateless.
/// </summary>
public static class RawQuery
{
    const int Select = 1; // DUCKDB_STATEMENT_TYPE_SELECT

    /// <summary>Runs it.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="head">Gets the names of the columns, once, first.</param>
    /// <param name="row">Gets each row, as text.</param>
    /// <returns>True: there were more rows than it may answer.</returns>
    /// <exception cref="StoreException">It is refused, or it failed; the message is for who asked.</exception>
    public static bool Run(RawQuestion question, Action<IReadOnlyList<string>> head, Action<IReadOnlyList<string?>> row)
    {
        using var engine = Database.OpenEngine("The query", SettingsOf(question));
        using var connection = engine.Connect();
        ShowEvents(connection, question.Files);
        connection.Execute("SET enable_external_access = false");
        // A table function can still turn on a log into a file (seen); the attached files are open already and stay readable.
        connection.Execute("SET disabled_filesystems = 'LocalFileSystem'");
        connection.Execute("SET lock_configuration = true");
        var names = Check(connection, question.Sql);
        head(names);

        // In a line of its own, and with no `;` at its end: it was seen to be one whole SELECT, so nothing of it gets out of the brackets.
        var sql = question.Sql.TrimEnd().TrimEnd(';');
        using var rows = connection.Query(
            $"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (\n{sql}\n) LIMIT {question.MostRows + 1L}");
        var values = new string?[names.Count];
        for (var count = 0; rows.Read(); count++)
        {
            if (count == question.MostRows)
                return true;
            for (var i = 0; i < values.Length; i++)
                values[i] = rows.Text(i);
            row(values);
        }

        return false;
    }

    static IEnumerable<(string Name, string Value)> SettingsOf(RawQuestion question) =>
    [
        ("memory_limit", $"{question.MemoryMiB}MiB"),
        ("threads", $"{question.Threads}"),
        ("temp_directory", ""),
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("allow_community_extensions", "false"),
        ("allow_unsigned_extensions", "false"),
    ];

    static void ShowEvents(Connection connection, IReadOnlyList<string> files)
    {
        for (var i = 0; i < files.Count; i++)
            connection.Execute($"ATTACH {Text(files[i])} AS f{i} (READ_ONLY)");
        var tables = new List<(string File, string Schema, string Name)>();
        using (var rows = connection.Query(
            "SELECT database_name, schema_name, table_name FROM duckdb_tables() " +
            "WHERE NOT internal AND NOT starts_with(table_name, '_') ORDER BY database_oid"))
        {
            while (rows.Read())
                tables.Add((rows.Text(0)!, rows.Text(1)!, rows.Text(2)!));
        }

        foreach (var schema in tables.Select(t => t.Schema).Where(name => name != "main").Distinct(StringComparer.Ordinal))
            connection.Execute($"CREATE SCHEMA {Name(schema)}");
        foreach (var parts in tables.GroupBy(t => (t.Schema, t.Name)))
        {
            var union = parts.Select(t => $"SELECT * FROM {t.File}.{Name(t.Schema)}.{Name(t.Name)}");
            connection.Execute(
                $"CREATE VIEW {Name(parts.Key.Schema)}.{Name(parts.Key.Name)} AS {string.Join(" UNION ALL BY NAME ", union)}");
        }
    }

    /// <summary>The names of the columns, if it is one SELECT.</summary>
    static List<string> Check(Connection connection, string sql)
    {
        var count = Native.duckdb_extract_statements(connection.Handle, sql, out var statements);
        using (statements)
        {
            if (count != 1)
            {
                var words = Marshal.PtrToStringUTF8(Native.duckdb_extract_statements_error(statements));
                throw new StoreException(count > 1
                    ? "One statement at a time: this is more than one."
                    : $"It is no statement. {(string.IsNullOrEmpty(words) ? "Write a SELECT." : words)}");
            }

            var prepared = Native.duckdb_prepare_extracted_statement(connection.Handle, statements, 0, out var statement);
            using (statement)
            {
                if (prepared != 0)
                    throw Refused(Native.duckdb_prepare_error(statement));
                if (Native.duckdb_prepared_statement_type(statement) != Select)
                    throw new StoreException("Only a SELECT is run: raw data is read here and nothing else.");
                var names = new List<string>();
                for (var i = 0UL; i < Native.duckdb_prepared_statement_column_count(statement); i++)
                {
                    var name = Native.duckdb_prepared_statement_column_name(statement, i);
                    names.Add(Marshal.PtrToStringUTF8(name) ?? "");
                    Native.duckdb_free(name);
                }

                return names;
            }
        }
    }

    static StoreException Refused(nint words) => new(Marshal.PtrToStringUTF8(words) ?? "It can't be run.");

    static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
