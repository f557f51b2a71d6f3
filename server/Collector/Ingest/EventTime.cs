// SPDX-License-Identifier: MIT
// Times of events as text and as nanoseconds since 1970, never finer than the manifest allows.

using System.Globalization;

namespace Tallymark.Collector.Ingest;

static class EventTime
{
    const long Second = 1_000_000_000;
    const int SecondsLength = 19; // 2026-11-20T10:51:21

    /// <summary>Reads <c>2026-11-20T10:51:21Z</c>; a fraction only where the precision is a nanosecond.</summary>
    /// <returns>False: it is no such time, or finer than the precision.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, TimePrecision precision, out long nanoseconds)
    {
        nanoseconds = 0;
        if (text.Length <= SecondsLength || text[^1] != 'Z' || text[4] != '-' || text[7] != '-' || text[10] != 'T'
            || text[13] != ':' || text[16] != ':'
            || !TryDigits(text[..4], out var year)
            || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day)
            || !TryDigits(text[11..13], out var hour) || !TryDigits(text[14..16], out var minute)
            || !TryDigits(text[17..19], out var second)
            || year is < 1970 or > 2200 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59
            || !TryFraction(text[SecondsLength..^1], out var fraction))
        {
            return false;
        }

        var whole = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).ToUnixTimeSeconds();
        nanoseconds = (whole * Second) + fraction;
        return nanoseconds == Cut(nanoseconds, precision);
    }

    /// <summary>A point in time, cut off at the precision.</summary>
    public static long Cut(DateTimeOffset time, TimePrecision precision) =>
        Cut((time - DateTimeOffset.UnixEpoch).Ticks * 100, precision);

    /// <summary>The first nanosecond since 1970 after a day <c>yyyy-MM-dd</c>; without a day there is none.</summary>
    public static long EndOf(string? day) => day is null
        ? long.MaxValue
        : Cut(new DateTimeOffset(
            DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(1), TimeOnly.MinValue, TimeSpan.Zero), TimePrecision.Day);

    static long Cut(long nanoseconds, TimePrecision precision) => nanoseconds - (nanoseconds % precision switch
    {
        TimePrecision.Nanosecond => 1,
        TimePrecision.Second => Second,
        TimePrecision.Hour => 3_600 * Second,
        TimePrecision.Day => 86_400 * Second,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, null),
    });

    static bool TryFraction(ReadOnlySpan<byte> text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (text.IsEmpty)
            return true;
        if (text.Length is 1 or > 10 || text[0] != '.' || !TryDigits(text[1..], out var digits))
            return false;
        nanoseconds = digits;
        for (var length = text.Length; length < 10; length++)
            nanoseconds *= 10;
        return true;
    }

    static bool TryDigits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            number = (number * 10) + (digit - '0');
        }

        return true;
    }
}
