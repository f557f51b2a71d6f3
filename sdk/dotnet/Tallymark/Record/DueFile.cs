// SPDX-License-Identifier: MIT
// The file that says when the next upload is due (spec/spool.md), so that no process has to look through the spool.

using System.Buffers.Binary;

namespace Tallymark.Record;

/// <summary>What the file says.</summary>
/// <param name="Time">Due from then on, UTC.</param>
/// <param name="Failures">Failed occasions in a row.</param>
/// <param name="Dots">Processes that have recorded since.</param>
/// <param name="Silence">Since when no collector has answered.</param>
readonly record struct DueFile(DateTime Time, int Failures, int Dots, Silence Silence = default)
{
    internal static readonly TimeSpan Interval = TimeSpan.FromHours(24);

    /// <summary>No uploader plans further ahead; a time beyond it comes from a clock that was wrong.</summary>
    internal static readonly TimeSpan FurthestPause = TimeSpan.FromDays(7);

    // As a number: for the two above each run would make a static constructor ready.
    const long FurthestTicks = 8 * TimeSpan.TicksPerDay;

    internal const int TimeLength = 20;
    internal const int MostFailures = 999;
    const int EnoughDots = 100;
    const int LongestHead = 80;

    /// <summary>Reads the file; null if there is none, or none that makes sense.</summary>
    internal static DueFile? Read(string path, DateTime now)
    {
        Span<byte> text = stackalloc byte[LongestHead + EnoughDots];
        var length = SmallFile.ReadStart(path, text);
        var end = 0;
        while (end < length && text[end] != '\n')
            end++;
        if (end >= length || end < TimeLength || !TryTime(text[..TimeLength], out var time) || time.Ticks > now.Ticks + FurthestTicks)
            return null;
        var at = TimeLength;
        var failures = 0;
        Silence silence = default;
        if (at < end && !TryNumber(text[..end], ref at, out failures))
            return null;
        if (at < end && !TrySilence(text[..end], at, out silence))
            return null;
        return new DueFile(time, failures, length - end - 1, silence);
    }

    /// <summary>After a failure the time alone counts: many events are no reason to knock more often.</summary>
    internal bool IsDue(DateTime now) => now >= Time || (Dots >= EnoughDots && Failures == 0);

    internal static void Write(string path, DateTime time, int failures, Silence silence = default)
    {
        var text = new LineBuffer(LongestHead);
        Values.Time(text, time, TimePrecision.Second);
        if (failures > 0)
        {
            text.Add((byte)' ');
            text.AddNumber(failures);
            if (silence.Occasions > 0)
                silence.Add(text);
        }

        text.Add((byte)'\n');
        StateFolder.Replace(path, text.Written);
    }

    /// <summary>Notes that this process has recorded.</summary>
    internal static void AddDot(string path) => SmallFile.Append(path, "."u8);

    /// <summary>The first upload of an installation: somewhere in the next day, the same for all that it does.</summary>
    internal static DateTime First(DateTime now, Installation installation)
    {
        var part = BinaryPrimitives.ReadUInt32BigEndian(installation.Id) / (double)(1L << 32);
        return now + Interval * part;
    }

    /// <summary>Reads yyyy-MM-ddTHH:mm:ssZ, nothing else, from 20 bytes.</summary>
    internal static bool TryTime(ReadOnlySpan<byte> text, out DateTime time)
    {
        time = default;
        var form = "dddd-dd-ddTdd:dd:ddZ"u8;
        for (var i = 0; i < form.Length; i++)
        {
            if (form[i] == 'd' ? text[i] is < (byte)'0' or > (byte)'9' : text[i] != form[i])
                return false;
        }

        var (year, month, day) = (100 * Two(text, 0) + Two(text, 2), Two(text, 5), Two(text, 8));
        var (hour, minute, second) = (Two(text, 11), Two(text, 14), Two(text, 17));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;
        time = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc);
        return true;

        static int Two(ReadOnlySpan<byte> text, int at) => 10 * (text[at] - '0') + text[at + 1] - '0';
    }

    // A blank and a number, at the end or before a blank.
    static bool TryNumber(ReadOnlySpan<byte> text, ref int at, out int number)
    {
        number = 0;
        if (at >= text.Length || text[at] != ' ')
            return false;
        var digits = ++at;
        while (at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9' && number <= MostFailures)
            number = number * 10 + text[at++] - '0';
        return at > digits && number <= MostFailures;
    }

    static bool TrySilence(ReadOnlySpan<byte> text, int at, out Silence silence)
    {
        silence = default;
        if (!TryNumber(text, ref at, out var occasions) || text.Length != at + 2 * (TimeLength + 1)
            || text[at] != ' ' || text[at + TimeLength + 1] != ' '
            || !TryTime(text[(at + 1)..], out var since) || !TryTime(text[(at + TimeLength + 2)..], out var last))
            return false;
        silence = new Silence(occasions, since, last);
        return true;
    }
}

/// <summary>Occasions in a row on which something was asked and no collector answered.</summary>
/// <param name="Occasions">How many.</param>
/// <param name="Since">When the first of them was, UTC.</param>
/// <param name="Last">When the last of them was, UTC.</param>
readonly record struct Silence(int Occasions, DateTime Since, DateTime Last)
{
    const int Several = 5;
    static readonly TimeSpan SomeDays = TimeSpan.FromDays(3);

    /// <summary>
    /// True after several over some days: the endpoint is unreachable, and nothing is recorded for it. The days count from
    /// the first failure to the last, so that a machine that was switched off for long has not failed meanwhile.
    /// </summary>
    internal bool IsLong => Occasions >= Several && Last - Since >= SomeDays;

    /// <summary>With one occasion more.</summary>
    internal Silence Again(DateTime now) =>
        Occasions == 0 ? new Silence(1, now, now) : new Silence(Math.Min(Occasions + 1, DueFile.MostFailures), Since, now);

    internal void Add(LineBuffer text)
    {
        text.Add((byte)' ');
        text.AddNumber(Occasions);
        text.Add((byte)' ');
        Values.Time(text, Since, TimePrecision.Second);
        text.Add((byte)' ');
        Values.Time(text, Last, TimePrecision.Second);
    }
}
