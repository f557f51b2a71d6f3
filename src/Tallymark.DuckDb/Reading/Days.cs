// SPDX-License-Identifier: MIT
// Days of UTC as statements write them.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Tallymark.DuckDb.Reading;

/// <summary>Some days: a range, or some of a range.</summary>
sealed class Days
{
    /// <summary>A day in nanoseconds.</summary>
    public const long Nanoseconds = 86_400_000_000_000;

    // The last whole day whose end is a number of nanoseconds in 64 bits.
    static readonly DateOnly First = new(1970, 1, 1);
    static readonly DateOnly Last = First.AddDays((int)(long.MaxValue / Nanoseconds) - 1);

    readonly IReadOnlyList<DateOnly>? _some;

    /// <summary>All days from one to another, both included.</summary>
    public Days(DateOnly from, DateOnly to) => (From, To) = (from, to);

    /// <summary>These days.</summary>
    public Days(IReadOnlyList<DateOnly> days)
    {
        _some = days;
        From = days.Count == 0 ? DateOnly.MaxValue : days.Min();
        To = days.Count == 0 ? DateOnly.MinValue : days.Max();
    }

    /// <summary>The first.</summary>
    public DateOnly From { get; }

    /// <summary>The last, included.</summary>
    public DateOnly To { get; }

    /// <summary>None at all.</summary>
    public bool IsEmpty => From > To;

    /// <summary>As a condition on a column of type DATE.</summary>
    public string OfDay(string column) => _some is null
        ? $"{column} BETWEEN {Text(From)} AND {Text(To)}"
        : $"{column} IN ({string.Join(", ", _some.Select(Text).DefaultIfEmpty("NULL"))})";

    /// <summary>As a condition on a time.</summary>
    public string OfTime(string column)
    {
        var range = string.Create(CultureInfo.InvariantCulture,
            $"{column} >= make_timestamp_ns({Start(From)}) AND {column} < make_timestamp_ns({End(To)})");
        return _some is null ? range : $"{range} AND {OfDay($"CAST({column} AS DATE)")}";
    }

    /// <summary>The first nanosecond of a day since 1970; of an earlier day 0.</summary>
    public static long Start(DateOnly day) => day <= First ? 0 : Number(day > Last ? Last : day) * Nanoseconds;

    /// <summary>A day in a statement.</summary>
    public static string Text(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"DATE '{day:yyyy-MM-dd}'");

    /// <summary>The day with that number since 1970, as DuckDB stores it.</summary>
    public static DateOnly FromNumber(int number) => First.AddDays(number);

    static long End(DateOnly day) => day < First ? 0 : (Number(day > Last ? Last : day) + 1) * Nanoseconds;

    static long Number(DateOnly day) => day.DayNumber - First.DayNumber;
}
