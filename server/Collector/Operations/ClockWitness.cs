// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// A second witness beside the wall clock for everything that can't be undone: dropping events as too old, retention,
/// releasing a period. It is the monotonic clock while the collector runs, and across restarts the time at which it
/// last ran (<c>clock.json</c>, spec/control.md). While the two disagree, nothing is dropped, removed or released; if
/// they disagree by so much that events would be dropped, nothing is accepted. When they agree again, all continues;
/// or the operator says that the clock is right (<c>tallymark reload --accept-clock</c>). Thread-safe. Cost: two
/// readings of clocks.
/// </summary>
sealed class ClockWitness
{
    readonly DataFolder _data;
    readonly TimeProvider _time;
    readonly Limits _limits;
    readonly ILogger _log;
    readonly Lock _lock = new();

    // Under _lock: a moment at which the wall clock was trusted, the monotonic time of it, and how far the wall clock
    // may have advanced more than the monotonic one since then.
    DateTimeOffset _trusted;
    long _timestamp;
    TimeSpan _uptime = Uptime();
    TimeSpan _maxAhead;
    Judgement _logged;

    /// <summary>Reads when the collector last ran.</summary>
    public ClockWitness(DataFolder data, TimeProvider time, Limits limits, ILogger log)
    {
        (_data, _time, _limits, _log) = (data, time, limits, log);
        _timestamp = time.GetTimestamp();
        var seen = LastSeen(data) ?? new ClockRecord(time.GetUtcNow());
        (_trusted, _maxAhead) = (seen.Time, seen.MaxAhead(limits));
    }

    /// <summary>Why the clock can't be right, and what to do; null: both witnesses agree.</summary>
    public string? Doubt => Judge().Text;

    /// <summary>Whether the doubt is so large that events could be dropped: no batch is accepted.</summary>
    public bool RefusesBatches => Judge().Judgement == Judgement.Refuse;

    /// <summary>
    /// Remembers that the collector runs now; in doubt, what time it is by the second witness. Call it every minute.
    /// </summary>
    public void Note()
    {
        var (judgement, _, now, expected) = Judge();
        if (judgement == Judgement.Agree)
            Trust(now);
        else if (now > expected)
            Save(new ClockRecord(expected, IsDoubted: true));
    }

    /// <summary>The operator says that the clock is right.</summary>
    /// <returns>The change, in sentences.</returns>
    public string Accept()
    {
        var (judgement, _, now, expected) = Judge();
        var saved = Trust(now) is { } reason ? $" It could not be saved for the next start: {reason}" : "";
        return judgement == Judgement.Agree
            ? $"The clock was not in doubt. It says {Rfc3339.Second(now)}.{saved}"
            : $"The clock is accepted: it says {Rfc3339.Second(now)}, {Distance(now - expected)} the time that the "
            + $"collector counted itself. Batches are accepted, and retention and publishing continue.{saved}";
    }

    /// <summary>
    /// Why a wall clock can't be right, judged by the time at which the collector of a data folder last ran; null: it
    /// agrees, or no collector ever ran.
    /// </summary>
    public static string? DoubtOf(DataFolder data, DateTimeOffset now)
    {
        var limits = new Limits();
        return LastSeen(data) is { } seen ? Judge(now, seen.Time, seen.MaxAhead(limits), limits).Text : null;
    }

    // Logs a change, so that it is reported at the next request and not only at the next Note.
    (Judgement Judgement, string? Text, DateTimeOffset Now, DateTimeOffset Expected) Judge()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            var expected = _trusted + _time.GetElapsedTime(_timestamp);
            // The monotonic clock stops while the machine sleeps; the uptime does not.
            if (now - expected > _maxAhead && _trusted + (Uptime() - _uptime) is var awake && awake > expected)
                expected = awake;
            var (judgement, text) = Judge(now, expected, _maxAhead, _limits);
            if (judgement != _logged)
                Log(judgement, text);
            _logged = judgement;
            return (judgement, text, now, expected);
        }
    }

    void Log(Judgement judgement, string? text)
    {
        if (judgement == Judgement.Agree)
            _log.ClockAgrees();
        else if (judgement == Judgement.Warn)
            _log.ClockAhead(text!);
        else
            _log.ClockInDoubt(text!);
    }

    static (Judgement Judgement, string? Text) Judge(
        DateTimeOffset now, DateTimeOffset expected, TimeSpan maxAhead, Limits limits)
    {
        const string Accept = "run: tallymark reload --accept-clock";
        const string Waits = "Until they agree, nothing is removed and no period is released";
        const string Refused = Waits + ", and no batch is accepted; clients keep their events. ";
        const string Correct = "Correct the clock, and all continues by itself. ";
        var step = now - expected;
        var what = $"The clock says {Rfc3339.Second(now)}, {Distance(step)} the time that the collector counted "
            + $"itself, {Rfc3339.Second(expected)}. ";
        if (step < -limits.MaxClockBehind)
        {
            return (Judgement.Refuse, what + Refused
                + $"If the clock is right now, because it was ahead before, {Accept}. Otherwise correct it, and all "
                + "continues by itself.");
        }

        if (step > limits.MaxClockAhead)
        {
            return (Judgement.Refuse, what + Refused + Correct
                + "If it is right, because the collector did not run or the machine was paused, start the collector "
                + $"and {Accept}");
        }

        return step <= maxAhead ? (Judgement.Agree, null) : (Judgement.Warn, what
            + Waits + $"; batches are accepted. {Correct}If it is right, because the machine was paused, {Accept}");
    }

    static string Distance(TimeSpan step)
    {
        var size = step.Duration();
        var text = size.TotalDays >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{size.TotalDays:0.#} days")
            : string.Create(CultureInfo.InvariantCulture, $"{size.TotalMinutes:0} minutes");
        return text + (step < default(TimeSpan) ? " behind" : " ahead of");
    }

    // Returns why it could not be saved; null: it is.
    string? Trust(DateTimeOffset now)
    {
        lock (_lock)
        {
            (_trusted, _timestamp, _uptime) = (now, _time.GetTimestamp(), Uptime());
            _maxAhead = _limits.MaxClockBehind; // a correction of a jump that was trusted must not be a doubt
            if (_logged != Judgement.Agree)
                _log.ClockAgrees();
            _logged = Judgement.Agree;
        }

        return Save(new ClockRecord(now));
    }

    string? Save(ClockRecord record)
    {
        try
        {
            OwnerFile.Replace(_data.Clock, record.ToJson());
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.ClockNotNoted(e.Message);
            return e.Message;
        }
    }

    // Since the machine started, with the time in which it slept; zero: unknown.
    static TimeSpan Uptime()
    {
        try
        {
            return OperatingSystem.IsLinux()
                && double.TryParse(
                    File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(seconds)
                : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    // A data folder of an earlier version has no such file; its totals were written when the collector ran.
    static ClockRecord? LastSeen(DataFolder data)
    {
        try
        {
            return ClockRecord.Parse(File.ReadAllBytes(data.Clock));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException
            or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return Directory.Exists(data.Tools)
                ? Directory.EnumerateDirectories(data.Tools).Select(folder => data.Totals(Path.GetFileName(folder)))
                    .Where(File.Exists).Select(path => new ClockRecord(new(File.GetLastWriteTimeUtc(path))))
                    .MaxBy(record => record.Time)
                : null;
        }
    }

    enum Judgement
    {
        /// <summary>Both witnesses agree.</summary>
        Agree,

        /// <summary>The clock jumped ahead, and no event would be dropped.</summary>
        Warn,

        /// <summary>Events could be dropped.</summary>
        Refuse,
    }
}
