// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.DuckDb.Reading;

/// <summary>A day of UTC in SQL: as a literal, as DuckDB's number, as a range of nanoseconds since 1970.</summary>
static class UtcDay
{
    /// <summary>Nanoseconds in a day.</summary>
    public const long Nanoseconds = 86_400_000_000_000;

    static readonly DateOnly First = new(1970, 1, 1);

    // The last complete day whose end is a 64-bit number of nanoseconds.
    static readonly DateOnly Last = First.AddDays((int)(long.MaxValue / Nanoseconds) - 1);

    /// <summary>The first nanosecond of a day; 0 for a day before 1970.</summary>
    public static long Start(DateOnly day) => day <= First ? 0 : Number(day > Last ? Last : day) * Nanoseconds;

    /// <summary>The first nanosecond after a day; 0 for a day before 1970.</summary>
    public static long End(DateOnly day) => day < First ? 0 : (Number(day > Last ? Last : day) + 1) * Nanoseconds;

    /// <summary>A literal of type DATE.</summary>
    public static string Text(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"DATE '{day:yyyy-MM-dd}'");

    /// <summary>The day with this number since 1970, which is how DuckDB stores a DATE.</summary>
    public static DateOnly FromNumber(int number) => First.AddDays(number);

    static long Number(DateOnly day) => day.DayNumber - First.DayNumber;
}
