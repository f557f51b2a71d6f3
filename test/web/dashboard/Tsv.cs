// SPDX-License-Identifier: MIT
// A published TSV, to compare the drawn bars with.

using System.Globalization;

namespace Tallymark.Browser.Tests;

sealed class Tsv
{
    readonly string[] _headings;
    readonly string[][] _rows;

    Tsv(string[][] lines)
    {
        _headings = lines[0];
        _rows = lines[1..];
    }

    /// <summary>The columns that hold values.</summary>
    public IEnumerable<string> ValueColumns => _headings.Except(["Timestamp", "Occurrences"], StringComparer.Ordinal);

    public long Total => Sums("Timestamp").Values.Sum();

    public int Rows => _rows.Length;

    public static Tsv Read(string path) => new([.. File.ReadAllLines(path).Select(line => line.Split('\t'))]);

    /// <summary>The occurrences of each value of a column.</summary>
    public Dictionary<string, long> Sums(string column)
    {
        var at = Array.IndexOf(_headings, column);
        var count = Array.IndexOf(_headings, "Occurrences");
        return _rows.GroupBy(row => row[at], StringComparer.Ordinal).ToDictionary(
            group => group.Key,
            group => group.Sum(row => long.Parse(row[count], CultureInfo.InvariantCulture)), StringComparer.Ordinal);
    }
}
