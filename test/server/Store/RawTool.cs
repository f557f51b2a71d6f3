// SPDX-License-Identifier: MIT
// Reads a tool's parts while no store has them open, with DuckDB's settings as they come.

using System.Text.RegularExpressions;

namespace Tallymark.Store.Tests;

/// <summary>The parts of one tool as one: <c>{main.install}</c> in a query stands for the rows of that table in all parts.</summary>
static partial class RawTool
{
    /// <summary>The files of the tool's parts, oldest first.</summary>
    public static IReadOnlyList<string> Parts(string data, string tool) =>
    [
        .. Directory.GetFiles(Path.Combine(data, "tools", tool, "parts"), "*.duckdb")
            .OrderBy(file => int.Parse(Number().Match(Path.GetFileName(file)).Groups["first"].ValueSpan, provider: null)),
    ];

    /// <summary>Asks all parts together.</summary>
    public static IReadOnlyList<string?[]> Query(string data, string tool, string sql)
    {
        using var database = Database.OpenEngine(data, []);
        using var connection = database.Connect();
        var parts = Parts(data, tool);
        for (var i = 0; i < parts.Count; i++)
            connection.Execute($"ATTACH '{parts[i]}' AS part{i} (READ_ONLY)");
        return All(connection, Table().Replace(sql, match => Union(connection, match.Groups["schema"].Value, match.Groups["name"].Value)));
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
        var having = All(connection, $"SELECT database_name FROM duckdb_tables() WHERE schema_name = '{schema}' AND table_name = '{name}' ORDER BY 1");
        return $"({string.Join(" UNION ALL BY NAME ", having.Select(row => $"SELECT * FROM {row[0]}.{schema}.\"{name}\""))})";
    }

    [GeneratedRegex(@"\{(?<schema>main|dev)\.(?<name>\w+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Table();

    [GeneratedRegex(@"\A\d{4}-\d{2}\.(?<first>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number();
}
