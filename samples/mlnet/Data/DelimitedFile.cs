// SPDX-License-Identifier: MIT
using System.Text;

namespace Mlnet.Data;

/// <summary>
/// Reads a file of separated values (RFC 4180): a cell may be in quotes, and a quote inside it is written twice. The
/// separator is the tab, the semicolon or the comma, whichever the first line has. Memory: the whole file.
/// </summary>
static class DelimitedFile
{
    /// <summary>Reads a dataset. Null: it is not a table, and the problem says in which line.</summary>
    public static Table? Read(string path, bool hasHeader, out Problem? problem)
    {
        var name = Path.GetFileName(path);
        using var reader = new StreamReader(path, Encoding.UTF8);
        var text = reader.ReadToEnd();
        var separator = SeparatorOf(text);
        var rows = new List<string[]>();
        var (at, line) = (0, 1);
        while (at < text.Length)
        {
            var start = line;
            var row = ReadRow(text, separator, ref at, ref line);
            if (row is null) return Bad($"line {start}: a quote is not closed", out problem);
            if (row is [""]) continue; // an empty line
            if (rows.Count > 0 && row.Length != rows[0].Length)
                return Bad($"line {start}: {Count(row.Length)} instead of {rows[0].Length}", out problem);
            rows.Add(row);
        }

        if (rows.Count == 0) return Bad("the file is empty", out problem);
        var columns = hasHeader ? rows[0] : [.. Enumerable.Range(0, rows[0].Length).Select(i => $"{i}")];
        if (columns.GroupBy(c => c, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return Bad($"line 1: two columns have the name '{twice.Key}'", out problem);
        problem = null;
        return new(columns, hasHeader ? rows[1..] : rows);

        Table? Bad(string message, out Problem? problem)
        {
            problem = new(ExitCode.BadDataset, $"{name}: {message}");
            return null;
        }
    }

    static string Count(int columns) => columns == 1 ? "1 column" : $"{columns} columns";

    static char SeparatorOf(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var first = end < 0 ? text : text[..end];
        return first.Contains('\t') ? '\t' : first.Contains(';') ? ';' : ',';
    }

    /// <summary>The cells of one row; null if a quote is not closed. Moves past the row's line end.</summary>
    static string[]? ReadRow(string text, char separator, ref int at, ref int line)
    {
        var cells = new List<string>();
        while (true)
        {
            if (ReadCell(text, separator, ref at, ref line) is not { } cell) return null;
            cells.Add(cell);
            if (at < text.Length && text[at] == separator)
            {
                at++;
                continue;
            }

            if (at < text.Length && text[at] == '\r') at++;
            if (at < text.Length && text[at] == '\n') at++;
            line++;
            return [.. cells];
        }
    }

    static string? ReadCell(string text, char separator, ref int at, ref int line)
    {
        var cell = new StringBuilder();
        if (at < text.Length && text[at] == '"')
        {
            at++;
            while (true)
            {
                if (at == text.Length) return null;
                if (text[at] == '"' && (at + 1 == text.Length || text[at + 1] != '"')) break;
                if (text[at] == '"') at++;
                if (text[at] == '\n') line++;
                cell.Append(text[at++]);
            }

            at++;
        }

        // Also text after a closing quote, which some programs write.
        while (at < text.Length && text[at] != separator && text[at] is not ('\n' or '\r'))
            cell.Append(text[at++]);
        return cell.ToString();
    }
}
