// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Tallymark.Store.Tests;

/// <summary>
/// Queries all parts of a tool while no store has them open, with DuckDB's default settings: <c>{main.install}</c> in a
/// query is the union of that table in all parts.
/// </summary>
static partial class RawTool
{
    /// <summary>The files of the tool's parts, oldest first.</summary>
    public static IReadOnlyList<string> Parts(string data, string tool) =>
    [
        .. Directory.GetFiles(Path.Combine(data, "tools", tool, "parts"), "*.duckdb")
            .OrderBy(file => int.Parse(
                Number().Match(Path.GetFileName(file)).Groups["first"].ValueSpan, provider: null)),
    ];

    /// <summary>Runs a query over all parts.</summary>
    public static IReadOnlyList<string?[]> Query(string data, string tool, string sql)
    {
        using var database = Database.OpenEngine(data, []);
        using var connection = database.Connect();
        var parts = Parts(data, tool);
        for (var i = 0; i < parts.Count; i++)
            connection.Execute($"ATTACH '{parts[i]}' AS part{i} (READ_ONLY)");
        return All(connection, Table().Replace(
            sql, match => Union(connection, match.Groups["schema"].Value, match.Groups["name"].Value)));
    }

    public static IReadOnlyList<string?[]> All(Connection connection, string sql)
    {
        var result = new List<string?[]>();
        using var rows = connection.Query(sql);
        while (rows.Read())
            result.Add([.. Enumerable.Range(0, rows.Columns).Select(rows.Text)]);
        return result;
    }

    static string Union(Connection connection, string schema, string name)
    {
        var parts = All(
            connection,
            "SELECT database_name FROM duckdb_tables() " +
            $"WHERE schema_name = '{schema}' AND table_name = '{name}' ORDER BY 1");
        var selects = parts.Select(row => $"SELECT * FROM {row[0]}.{schema}.\"{name}\"");
        return $"({string.Join(" UNION ALL BY NAME ", selects)})";
    }

    [GeneratedRegex(@"\{(?<schema>main|dev)\.(?<name>\w+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Table();

    [GeneratedRegex(@"\A\d{4}-\d{2}\.(?<first>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number();
}
