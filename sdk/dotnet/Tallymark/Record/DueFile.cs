// SPDX-License-Identifier: MIT
using System.Buffers.Binary;

namespace Tallymark.Record;

/// <summary>
/// The file that says when the next upload is due (spec/spool.md), so that a recording process never lists the spool.
/// </summary>
/// <param name="Time">When the next upload is due, UTC.</param>
/// <param name="Failures">Consecutive failed occasions.</param>
/// <param name="Dots">Processes that have recorded since the file was written.</param>
/// <param name="Silence">The occasions without an answer of a collector.</param>
readonly record struct DueFile(DateTime Time, int Failures, int Dots, Silence Silence = default)
{
    internal static readonly TimeSpan Interval = TimeSpan.FromHours(24);

    /// <summary>The maximum time that an uploader plans ahead.</summary>
    internal static readonly TimeSpan MaxPause = TimeSpan.FromDays(7);

    // A time further ahead comes from a clock that was wrong. A number: the two fields above need a static constructor,
    // which each run would have to load.
    const long MaxAheadTicks = 8 * TimeSpan.TicksPerDay;

    internal const int TimeLength = 20;
    internal const int MaxFailures = 999;
    const int DotsUntilDue = 100;
    const int MaxHeadBytes = 80;

    /// <summary>Reads the file; null if there is none, or it is not valid.</summary>
    internal static DueFile? Read(string path, DateTime now)
    {
        Span<byte> text = stackalloc byte[MaxHeadBytes + DotsUntilDue];
        var length = RawFile.ReadStart(path, text);
        var end = 0;
        while (end < length && text[end] != '\n')
            end++;
        if (end >= length || end < TimeLength || !TryTime(text[..TimeLength], out var time)
            || time.Ticks > now.Ticks + MaxAheadTicks)
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

    /// <summary>After a failure only the time counts: many events are not a reason to try more often.</summary>
    internal bool IsDue(DateTime now) => now >= Time || (Dots >= DotsUntilDue && Failures == 0);

    internal static void Write(string path, DateTime time, int failures, Silence silence = default)
    {
        var text = new LineBuffer(MaxHeadBytes);
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

    /// <summary>Adds the dot that says that this process has recorded.</summary>
    internal static void AddDot(string path) => RawFile.Append(path, "."u8);

    /// <summary>
    /// Tries what an event does to the file, and changes nothing. Throws if that would fail: then nothing is recorded,
    /// because no uploader would send it or drop it.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    internal static void Probe(string path, DateTime now)
    {
        if (Read(path, now) is null)
            StateFolder.ProbeReplace(path);
        else
            RawFile.Append(path, []);
    }

    /// <summary>
    /// When an installation uploads first: at a time within the next 24 hours that its id decides, so that
    /// installations spread over the day and each computes the same offset again.
    /// </summary>
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
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23
            || minute > 59 || second > 59)
            return false;
        time = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc);
        return true;

        static int Two(ReadOnlySpan<byte> text, int at) => 10 * (text[at] - '0') + text[at + 1] - '0';
    }

    // A blank and a number.
    static bool TryNumber(ReadOnlySpan<byte> text, ref int at, out int number)
    {
        number = 0;
        if (at >= text.Length || text[at] != ' ')
            return false;
        var digits = ++at;
        while (at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9' && number <= MaxFailures)
            number = number * 10 + text[at++] - '0';
        return at > digits && number <= MaxFailures;
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

/// <summary>Consecutive occasions on which a request was sent and no collector answered (spec/spool.md).</summary>
/// <param name="Occasions">How many.</param>
/// <param name="Since">The time of the first, UTC.</param>
/// <param name="Last">The time of the last, UTC.</param>
readonly record struct Silence(int Occasions, DateTime Since, DateTime Last)
{
    const int MinOccasions = 5;
    static readonly TimeSpan MinTime = TimeSpan.FromDays(3);

    /// <summary>
    /// True after at least 5 occasions over at least 3 days: the endpoint is unreachable, and nothing is recorded for
    /// it. The days count from the first failure to the last, so the time in which a machine is switched off does not
    /// count.
    /// </summary>
    internal bool IsLong => Occasions >= MinOccasions && Last - Since >= MinTime;

    /// <summary>This one and another occasion.</summary>
    internal Silence Extend(DateTime now) => Occasions == 0
        ? new Silence(1, now, now)
        : new Silence(Math.Min(Occasions + 1, DueFile.MaxFailures), Since, now);

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
