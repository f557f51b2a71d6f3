// SPDX-License-Identifier: MIT

using Spectre.Console;

namespace Tallymark.Cli;

/// <summary>Rows under headings: a table on a terminal, tab-separated values if the output is redirected.</summary>
sealed class ConsoleTable(params string[] headings)
{
    readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes the table to standard output.</summary>
    public void Write()
    {
        if (Console.IsOutputRedirected)
        {
            foreach (var row in _rows.Prepend(headings))
                Console.Out.WriteLine(string.Join('\t', row.Select(Escape)));
            return;
        }

        var table = new Spectre.Console.Table().Border(TableBorder.Simple).AddColumns(headings);
        foreach (var row in _rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        AnsiConsole.Console.Write(table);
    }

    // Tabs and line ends would break the row, so they are written with a backslash.
    static string Escape(string cell) => cell
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);
}
