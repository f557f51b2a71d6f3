// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.DuckDb.Reading;

/// <summary>Days of UTC, as ranges in SQL conditions. Immutable.</summary>
sealed class DayRanges
{
    // Each from one day to another, inclusive. DuckDB would join with a long list of days (observed in plans), which
    // costs time and memory.
    readonly List<(DateOnly From, DateOnly To)> _ranges = [];

    /// <summary>All days from one to another, inclusive.</summary>
    public DayRanges(DateOnly from, DateOnly to)
    {
        if (from <= to)
            _ranges.Add((from, to));
    }

    /// <summary>Some days.</summary>
    public DayRanges(IEnumerable<DateOnly> days)
    {
        foreach (var day in days.Distinct().Order())
        {
            if (_ranges.Count > 0 && _ranges[^1].To.DayNumber + 1 == day.DayNumber)
                _ranges[^1] = (_ranges[^1].From, day);
            else
                _ranges.Add((day, day));
        }
    }

    /// <summary>Whether there are no days.</summary>
    public bool IsEmpty => _ranges.Count == 0;

    /// <summary>As a condition on a column of type DATE.</summary>
    public string OnDay(string column) =>
        Any(_ranges.Select(range => $"{column} BETWEEN {UtcDay.Text(range.From)} AND {UtcDay.Text(range.To)}"));

    /// <summary>As a condition on a column of type TIMESTAMP_NS.</summary>
    public string OnTime(string column) => Any(_ranges.Select(range => string.Create(
        CultureInfo.InvariantCulture,
        $"({column} >= make_timestamp_ns({UtcDay.Start(range.From)}) " +
        $"AND {column} < make_timestamp_ns({UtcDay.End(range.To)}))")));

    static string Any(IEnumerable<string> conditions) => $"({string.Join(" OR ", conditions.DefaultIfEmpty("false"))})";
}
