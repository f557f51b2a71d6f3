// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Tallymark.DuckDb.Parts;

/// <summary>
/// The name of a part's file. <c>2026-11.4.duckdb</c>: the month of receipt in which the part was started, and its
/// number, which increases by one a part. <c>2026-11.1-3.duckdb</c>: the parts 1 to 3 merged.
/// <c>2026-11.1-3r2.duckdb</c>: rewritten for the second time, without removed rows. A file is written under another
/// name and renamed when it is complete, so the names alone determine the current files: a file whose numbers lie
/// within those of another, or that has the same numbers and a smaller revision, was replaced and is a leftover.
/// </summary>
[StructLayout(LayoutKind.Auto)]
readonly partial record struct PartName(int Year, int Month, int First, int Last, int Revision)
{
    const string Suffix = ".duckdb";

    /// <summary>The file's name.</summary>
    public string FileName
    {
        get
        {
            var numbers = First == Last ? $"{First}" : $"{First}-{Last}";
            var revision = Revision == 0 ? "" : $"r{Revision}";
            return string.Create(CultureInfo.InvariantCulture, $"{Year:d4}-{Month:d2}.{numbers}{revision}{Suffix}");
        }
    }

    /// <summary>The name in statements, unique among all parts of the tool.</summary>
    public string Alias => string.Create(CultureInfo.InvariantCulture, $"p{First}_{Last}_{Revision}");

    /// <summary>The month as a number that increases by one a month.</summary>
    public int MonthNumber => (Year * 12) + Month;

    /// <summary>The name of a new part.</summary>
    public static PartName Create(DateTimeOffset month, int number) => new(month.Year, month.Month, number, number, 0);

    /// <summary>The name of the same part, rewritten.</summary>
    public PartName NextRevision() => this with { Revision = Revision + 1 };

    /// <summary>The name of this part merged with those up to <paramref name="last"/>.</summary>
    public PartName MergeThrough(PartName last) => new(Year, Month, First, last.Last, 0);

    /// <summary>Whether this part has replaced the other one.</summary>
    public bool Replaces(PartName other) =>
        First <= other.First && Last >= other.Last
        && (First != other.First || Last != other.Last || Revision > other.Revision);

    /// <summary>Parses the name of a file.</summary>
    public static bool TryParse(string file, out PartName name)
    {
        var match = Form().Match(file);
        name = default;
        if (!match.Success || !TryNumber(match, "year", out var year) || !TryNumber(match, "month", out var month)
            || !TryNumber(match, "first", out var first) || !TryNumber(match, "revision", out var revision))
            return false;
        var last = first;
        if (match.Groups["last"].Success && !TryNumber(match, "last", out last))
            return false;
        name = new(year, month, first, last, revision);
        return last >= first && month is >= 1 and <= 12;
    }

    static bool TryNumber(Match match, string group, out int number)
    {
        number = 0;
        return !match.Groups[group].Success
            || int.TryParse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    [GeneratedRegex(
        @"\A(?<year>\d{4})-(?<month>\d{2})\.(?<first>\d{1,9})(-(?<last>\d{1,9}))?(r(?<revision>\d{1,9}))?\.duckdb\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Form();
}
