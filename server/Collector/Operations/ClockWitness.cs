// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// A second witness beside the wall clock for everything that can't be undone: dropping events as too old, retention,
/// releasing a period. It is the monotonic clock while the collector runs, and across restarts the time at which it
/// last ran (<c>clock.json</c>, spec/control.md). While the two disagree, nothing is dropped, removed or accepted; the
/// operator corrects the clock, or says that it is right (<c>tallymark reload --accept-clock</c>). Thread-safe. Cost:
/// two readings of clocks.
/// </summary>
sealed class ClockWitness
{
    readonly DataFolder _data;
    readonly TimeProvider _time;
    readonly Limits _limits;
    readonly ILogger _log;
    readonly Lock _lock = new();

    // Under _lock: a moment at which the wall clock was trusted, and the monotonic time of it.
    DateTimeOffset _trusted;
    long _timestamp;
    bool _isDoubtLogged;

    /// <summary>Reads when the collector last ran.</summary>
    public ClockWitness(DataFolder data, TimeProvider time, Limits limits, ILogger log)
    {
        (_data, _time, _limits, _log) = (data, time, limits, log);
        _timestamp = time.GetTimestamp();
        _trusted = LastSeen(data) ?? time.GetUtcNow();
    }

    /// <summary>Why the clock can't be right, and what to do; null: both witnesses agree.</summary>
    public string? Doubt
    {
        get
        {
            lock (_lock)
                return DoubtOf(_time.GetUtcNow(), _trusted + _time.GetElapsedTime(_timestamp), _limits);
        }
    }

    /// <summary>Remembers that the collector runs now, unless the clock is in doubt. Call it every minute.</summary>
    public void Note()
    {
        if (Doubt is { } doubt)
        {
            lock (_lock)
            {
                if (_isDoubtLogged)
                    return;
                _isDoubtLogged = true;
            }

            _log.ClockInDoubt(doubt);
            return;
        }

        Trust();
    }

    /// <summary>The operator says that the clock is right.</summary>
    public void Accept() => Trust();

    /// <summary>
    /// Why a wall clock can't be right, judged by the time at which the collector of a data folder last ran; null: it
    /// agrees, or no collector ever ran.
    /// </summary>
    public static string? DoubtOf(DataFolder data, DateTimeOffset now) =>
        LastSeen(data) is { } seen ? DoubtOf(now, seen, new Limits()) : null;

    static string? DoubtOf(DateTimeOffset now, DateTimeOffset expected, Limits limits)
    {
        var step = now - expected;
        if (step <= limits.MaxClockAhead && step >= -limits.MaxClockBehind)
            return null;
        return $"The clock says {Rfc3339.Second(now)}, but by the last time that the collector ran it is about "
            + $"{Rfc3339.Second(expected)}. Until they agree, no batch is accepted, nothing is removed and no period "
            + "is released; clients keep their events. Correct the clock. If it is right, because the collector did "
            + $"not run for more than {limits.MaxClockAhead.TotalDays:0} days, start it and run: tallymark reload "
            + "--accept-clock";
    }

    void Trust()
    {
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            (_trusted, _timestamp) = (now, _time.GetTimestamp());
            if (_isDoubtLogged)
                _log.ClockAgrees();
            _isDoubtLogged = false;
        }

        try
        {
            OwnerFile.Replace(_data.Clock, ToJson(now));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.ClockNotNoted(e.Message);
        }
    }

    // A data folder of an earlier version has no such file; its totals were written when the collector ran.
    static DateTimeOffset? LastSeen(DataFolder data)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(data.Clock));
            return json.RootElement.GetProperty("seen").GetDateTimeOffset();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException
            or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return Directory.Exists(data.Tools)
                ? Directory.EnumerateDirectories(data.Tools).Select(folder => data.Totals(Path.GetFileName(folder)))
                    .Where(File.Exists).Select(path => (DateTimeOffset?)File.GetLastWriteTimeUtc(path)).Max()
                : null;
        }
    }

    static ReadOnlySpan<byte> ToJson(DateTimeOffset now)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("tallymark", 1);
            json.WriteString("seen", Rfc3339.Second(now));
            json.WriteEndObject();
        }

        text.Write("\n"u8);
        return text.WrittenSpan;
    }
}
