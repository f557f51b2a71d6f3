// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Text.Json;

namespace Tallymark.Collector.Operations;

/// <summary>The content of <c>clock.json</c> (spec/control.md).</summary>
/// <param name="Time">
/// When the collector last ran; in doubt, by the second witness (<see cref="ClockWitness"/>).
/// </param>
/// <param name="IsDoubted">Whether the wall clock was ahead of that.</param>
sealed record ClockRecord(DateTimeOffset Time, bool IsDoubted = false)
{
    /// <summary>
    /// How far the clock may be ahead of it at a start: the collector may not have run for some days. If the clock was
    /// ahead while it ran, it probably still is.
    /// </summary>
    public TimeSpan MaxAhead(Limits limits) => IsDoubted ? limits.MaxClockBehind : limits.MaxClockAhead;

    /// <summary>Reads it.</summary>
    /// <exception cref="JsonException">It is malformed.</exception>
    /// <exception cref="KeyNotFoundException">It has no time.</exception>
    /// <exception cref="InvalidOperationException">A member has another type.</exception>
    /// <exception cref="FormatException">The time is malformed.</exception>
    public static ClockRecord Parse(ReadOnlyMemory<byte> text)
    {
        using var json = JsonDocument.Parse(text);
        return new ClockRecord(
            json.RootElement.GetProperty("seen").GetDateTimeOffset(),
            json.RootElement.TryGetProperty("doubted", out var doubted) && doubted.GetBoolean());
    }

    /// <summary>Writes it.</summary>
    public ReadOnlySpan<byte> ToJson()
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("tallymark", 1);
            json.WriteString("seen", Rfc3339.Second(Time));
            if (IsDoubted)
                json.WriteBoolean("doubted", value: true);
            json.WriteEndObject();
        }

        text.Write("\n"u8);
        return text.WrittenSpan;
    }
}
