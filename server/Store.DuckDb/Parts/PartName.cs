// SPDX-License-Identifier: MIT
// What a part's file is called, and which file of two takes the other's place.

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Tallymark.DuckDb.Parts;

/// <summary>
/// <c>2026-11.4.duckdb</c>: the month of receipt in which it was begun and its number, which grows by one a part.
/// <c>2026-11.1-3.duckdb</c>: the parts 1 to 3 joined. <c>2026-11.1-3r2.duckdb</c>: written anew for the second time, without rows that
/// had to go. A file is made under another name and gets this one when it is complete, so the name alone says what counts: one whose numbers
/// lie within those of another, or which has the same and a smaller revision, was replaced and is a leftover.
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

    /// <summary>What it is called in statements: no other part of the tool ever has the same.</summary>
    public string Alias => string.Create(CultureInfo.InvariantCulture, $"p{First}_{Last}_{Revision}");

    /// <summary>The month as one number that grows.</summary>
    public int MonthNumber => (Year * 12) + Month;

    /// <summary>The first part of all, or the one after this.</summary>
    public static PartName Begin(DateTimeOffset month, int number) => new(month.Year, month.Month, number, number, 0);

    /// <summary>The same events without those that had to go.</summary>
    public PartName Anew() => this with { Revision = Revision + 1 };

    /// <summary>This and those up to <paramref name="last"/> as one.</summary>
    public PartName Join(PartName last) => new(Year, Month, First, last.Last, 0);

    /// <summary>Whether the other one is a leftover where this is.</summary>
    public bool Replaces(PartName other) =>
        First <= other.First && Last >= other.Last
        && (First != other.First || Last != other.Last || Revision > other.Revision);

    /// <summary>Reads a file's name.</summary>
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
