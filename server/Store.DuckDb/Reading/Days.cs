// SPDX-License-Identifier: MIT
// Days of UTC as statements write them.

using System.Globalization;

namespace Tallymark.DuckDb.Reading;

/// <summary>Some days: a range, or some of a range.</summary>
sealed class Days
{
    /// <summary>A day in nanoseconds.</summary>
    public const long Nanoseconds = 86_400_000_000_000;

    // The last whole day whose end is a number of nanoseconds in 64 bits.
    static readonly DateOnly First = new(1970, 1, 1);
    static readonly DateOnly Last = First.AddDays((int)(long.MaxValue / Nanoseconds) - 1);

    // Runs of days, each from one to another, both included. A list of many days in a statement would be joined with (seen in plans), which takes time and memory.
    readonly List<(DateOnly From, DateOnly To)> _runs = [];

    /// <summary>All days from one to another, both included.</summary>
    public Days(DateOnly from, DateOnly to)
    {
        if (from <= to)
            _runs.Add((from, to));
    }

    /// <summary>These days.</summary>
    public Days(IEnumerable<DateOnly> days)
    {
        foreach (var day in days.Distinct().Order())
        {
            if (_runs.Count > 0 && _runs[^1].To.DayNumber + 1 == day.DayNumber)
                _runs[^1] = (_runs[^1].From, day);
            else
                _runs.Add((day, day));
        }
    }

    /// <summary>None at all.</summary>
    public bool IsEmpty => _runs.Count == 0;

    /// <summary>As a condition on a column of type DATE.</summary>
    public string OfDay(string column) => Any(_runs.Select(run => $"{column} BETWEEN {Text(run.From)} AND {Text(run.To)}"));

    /// <summary>As a condition on a time.</summary>
    public string OfTime(string column) => Any(_runs.Select(run => string.Create(CultureInfo.InvariantCulture,
        $"({column} >= make_timestamp_ns({Start(run.From)}) AND {column} < make_timestamp_ns({End(run.To)}))")));

    /// <summary>The first nanosecond of a day since 1970; of an earlier day 0.</summary>
    public static long Start(DateOnly day) => day <= First ? 0 : Number(day > Last ? Last : day) * Nanoseconds;

    /// <summary>A day in a statement.</summary>
    public static string Text(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"DATE '{day:yyyy-MM-dd}'");

    /// <summary>The day with that number since 1970, as DuckDB stores it.</summary>
    public static DateOnly FromNumber(int number) => First.AddDays(number);

    static string Any(IEnumerable<string> conditions) => $"({string.Join(" OR ", conditions.DefaultIfEmpty("false"))})";

    static long End(DateOnly day) => day < First ? 0 : (Number(day > Last ? Last : day) + 1) * Nanoseconds;

    static long Number(DateOnly day) => day.DayNumber - First.DayNumber;
}
