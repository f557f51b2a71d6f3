// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.Collector.Ingest;

/// <summary>Times of events as text and as nanoseconds since 1970, never finer than the manifest allows.</summary>
static class EventTime
{
    const long Second = 1_000_000_000;
    const int SecondsLength = 19; // 2026-11-20T10:51:21

    /// <summary>
    /// Reads <c>2026-11-20T10:51:21Z</c>. Only the precision <see cref="TimePrecision.Nanosecond"/> allows a fraction.
    /// </summary>
    /// <returns>False: not a time of this form, or finer than the precision.</returns>
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
        return nanoseconds == Truncate(nanoseconds, precision);
    }

    /// <summary>Truncates a time to the precision. Nanoseconds since 1970.</summary>
    public static long Truncate(DateTimeOffset time, TimePrecision precision) =>
        Truncate((time - DateTimeOffset.UnixEpoch).Ticks * 100, precision);

    /// <summary>
    /// The first nanosecond since 1970 after a day <c>yyyy-MM-dd</c>; <see cref="long.MaxValue"/> without a day.
    /// </summary>
    public static long EndOf(string? day)
    {
        if (day is null)
            return long.MaxValue;
        var next = DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(1);
        return Truncate(new DateTimeOffset(next, TimeOnly.MinValue, TimeSpan.Zero), TimePrecision.Day);
    }

    static long Truncate(long nanoseconds, TimePrecision precision) => nanoseconds - (nanoseconds % precision switch
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
