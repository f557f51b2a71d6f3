// SPDX-License-Identifier: MIT

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Tallymark.Publish;

/// <summary>
/// A quarter, in UTC: the time that one published file covers. It is closed once the collector accepts no more events
/// of it: at its end plus <see cref="MaxEventAge"/>. <c>default</c> is not a valid period; use the constructor or
/// <see cref="TryParse"/>.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Period
{
    /// <summary>The age up to which the collector accepts an event: 60 days (<c>spec/wire.md</c>,
    /// <c>too-old</c>).</summary>
    public static TimeSpan MaxEventAge { get; } = TimeSpan.FromDays(60);

    /// <summary>Quarter <paramref name="quarter"/> (1 to 4) of <paramref name="year"/> (1 to 9998).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such quarter.</exception>
    public Period(int year, int quarter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(year, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(year, 9998);
        ArgumentOutOfRangeException.ThrowIfLessThan(quarter, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quarter, 4);
        Year = year;
        Quarter = quarter;
    }

    /// <summary>The year.</summary>
    public int Year { get; }

    /// <summary>1 to 4.</summary>
    public int Quarter { get; }

    /// <summary>The first day (UTC).</summary>
    public DateOnly From => new(Year, Quarter * 3 - 2, 1);

    /// <summary>The last day (UTC), inclusive.</summary>
    public DateOnly To => From.AddMonths(3).AddDays(-1);

    /// <summary>The number of days: 90 to 92.</summary>
    public int Days => To.DayNumber - From.DayNumber + 1;

    /// <summary>The time from which it is closed.</summary>
    public DateTimeOffset Closes =>
        new DateTimeOffset(To.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) + MaxEventAge;

    /// <summary>True if no more events can be added.</summary>
    public bool IsClosed(DateTimeOffset now) => now >= Closes;

    /// <summary>The last day to which no more events can be added, in any period.</summary>
    public static DateOnly LastUnchanging(DateTimeOffset now) =>
        DateOnly.FromDateTime((now - MaxEventAge).UtcDateTime).AddDays(-1);

    /// <summary>The last day of the period that may be shown; before <see cref="From"/>: none yet.</summary>
    public DateOnly LastShown(DateTimeOffset now) => LastUnchanging(now) < To ? LastUnchanging(now) : To;

    /// <summary>The quarter that contains a time.</summary>
    public static Period Of(DateTimeOffset time) => Of(DateOnly.FromDateTime(time.UtcDateTime));

    /// <summary>The quarter that contains a day.</summary>
    public static Period Of(DateOnly day) => new(day.Year, (day.Month + 2) / 3);

    /// <summary>Parses <c>2026-q4</c>; accepts no other form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Period period)
    {
        period = default;
        if (text is not { Length: 7 } || text[4] != '-' || text[5] != 'q' || text[6] is < '1' or > '4')
            return false;
        if (!int.TryParse(text.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            || year is < 1 or > 9998)
        {
            return false;
        }

        period = new Period(year, text[6] - '0');
        return true;
    }

    /// <summary>The form used in file names: <c>2026-q4</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-q{Quarter}");
}
