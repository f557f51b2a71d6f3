// SPDX-License-Identifier: MIT
// A list for people: a table on a terminal, tab-separated values where a program reads.

using Spectre.Console;

namespace Tallymark.Cli;

/// <summary>Rows under a head.</summary>
sealed class Listing(params string[] columns)
{
    readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes it to standard output.</summary>
    public void Write()
    {
        if (Console.IsOutputRedirected)
        {
            foreach (var row in _rows.Prepend(columns))
                Console.Out.WriteLine(string.Join('\t', row.Select(Escaped)));
            return;
        }

        var table = new Spectre.Console.Table().Border(TableBorder.Simple).AddColumns(columns);
        foreach (var row in _rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        AnsiConsole.Console.Write(table);
    }

    /// <summary>A value as one cell of a line: what would end it is written with a backslash.</summary>
    public static string Escaped(string cell) => cell
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);
}
