// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.Json;

namespace Tallymark.Collector.Protocols;

/// <summary>
/// Decodes event lines (spec/spool.md) from their bytes straight into columns. It allocates no object for an event and
/// no string for a value. A dropped line leaves nothing behind and does not affect its neighbours. Not thread-safe.
/// </summary>
ref struct LineDecoder
{
    readonly Tool _tool;
    readonly byte[] _toolName;
    readonly int _maxLineBytes;
    RowBuilder _row;
    TextRange[] _items = []; // the texts of one list, reused for every list

    public LineDecoder(DecodedBatch batch, Tool tool, ReadOnlySpan<byte> country, DateTimeOffset now, Limits limits)
    {
        _tool = tool;
        _toolName = Encoding.ASCII.GetBytes(tool.Name);
        _maxLineBytes = limits.MaxLineBytes;
        _row = new RowBuilder(batch, provenance: default, country, now, limits);
    }

    public EventOutcome Decode(ReadOnlySpan<byte> line)
    {
        if (line.Length > _maxLineBytes || !JsonLine.IsPlain(line))
            return EventOutcome.Malformed;
        var outcome = EventOutcome.Malformed;
        try
        {
            outcome = Read(line);
        }
        catch (JsonException)
        {
            // Not JSON, or too deep: malformed.
        }

        if (outcome == EventOutcome.Kept)
            _row.Keep();
        else
            _row.Discard(outcome);
        return outcome;
    }

    EventOutcome Read(ReadOnlySpan<byte> line)
    {
        // 1. The tool, its manifest and the event.
        var json = JsonLine.Open(line);
        if (!JsonLine.TryFormat(ref json)
            || !JsonLine.TryMember(ref json, "tool"u8, JsonTokenType.String) || !json.ValueSpan.SequenceEqual(_toolName)
            || !JsonLine.TryMember(ref json, "manifest"u8, JsonTokenType.Number)
            || !json.TryGetInt32(out var version) || version < 1
            || !JsonLine.TryMember(ref json, "agreed"u8, JsonTokenType.String) || !IsScope(json.ValueSpan)
            || !JsonLine.TryMember(ref json, "event"u8, JsonTokenType.String))
        {
            return EventOutcome.Malformed;
        }

        if (_tool.Find(version) is not { } manifest)
        {
            ReadToEnd(ref json); // a torn line must not delay its batch
            return EventOutcome.UnknownManifest;
        }

        var outcome = _row.Begin(manifest, json.ValueSpan);
        if (outcome != EventOutcome.Kept)
            return outcome;

        // 2. Its time and status.
        if (!JsonLine.TryMember(ref json, "time"u8, JsonTokenType.String))
            return EventOutcome.Malformed;
        if (!EventTime.TryRead(json.ValueSpan, manifest.Time, out var time))
            return EventOutcome.BadTime;
        outcome = _row.SetTime(time);
        if (outcome != EventOutcome.Kept)
            return outcome;
        if (!JsonLine.TryMember(ref json, "status"u8, JsonTokenType.String) || !_row.TrySetStatus(json.ValueSpan))
            return EventOutcome.Malformed;

        // 3. Its withheld fields and its fields.
        if (!json.Read())
            return EventOutcome.Malformed;
        if (JsonLine.IsNamed(json, "withheld"u8))
        {
            outcome = ReadWithheld(ref json);
            if (outcome != EventOutcome.Kept)
                return outcome;
            json.Read();
        }

        if (!JsonLine.IsNamed(json, "fields"u8) || !json.Read() || json.TokenType != JsonTokenType.StartObject)
            return EventOutcome.Malformed;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            outcome = _row.FindField(json.ValueSpan, out var field);
            if (outcome == EventOutcome.Kept)
                outcome = ReadValue(ref json, line, field);
            if (outcome != EventOutcome.Kept)
                return outcome;
        }

        // 4. Nothing else.
        return json.Read() && json.TokenType == JsonTokenType.EndObject && !json.Read()
            ? EventOutcome.Kept
            : EventOutcome.Malformed;
    }

    EventOutcome ReadWithheld(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartArray)
            return EventOutcome.Malformed;
        while (json.Read() && json.TokenType == JsonTokenType.String)
        {
            var outcome = _row.FindField(json.ValueSpan, out _);
            if (outcome != EventOutcome.Kept)
                return outcome;
        }

        if (json.TokenType != JsonTokenType.EndArray)
            return EventOutcome.Malformed;
        _row.SetWithheld();
        return EventOutcome.Kept;
    }

    EventOutcome ReadValue(ref Utf8JsonReader json, ReadOnlySpan<byte> line, int field)
    {
        json.Read();
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                return _row.AddField(field, FieldValue.OfText(json.ValueSpan));
            // Whole numbers in their plain form: no sign, no fraction, no exponent.
            case JsonTokenType.Number when json.ValueSpan[0] != '-' && json.TryGetInt64(out var number):
                return _row.AddField(field, FieldValue.OfInteger(number));
            case JsonTokenType.True or JsonTokenType.False:
                return _row.AddField(field, FieldValue.OfBoolean(json.TokenType == JsonTokenType.True));
            case JsonTokenType.StartArray:
                return ReadList(ref json, line, field);
            default:
                return EventOutcome.BadValue;
        }
    }

    // The line is judged from left to right: a bad text in a list comes before broken JSON behind it.
    EventOutcome ReadList(ref Utf8JsonReader json, ReadOnlySpan<byte> line, int field)
    {
        var count = 0;
        var isJson = true;
        try
        {
            while (json.Read() && json.TokenType == JsonTokenType.String)
            {
                if (count == _items.Length)
                    Array.Resize(ref _items, Math.Max(16, 2 * count));
                var start = (int)json.TokenStartIndex + 1; // behind the quote
                _items[count++] = new TextRange(start, json.ValueSpan.Length);
            }
        }
        catch (JsonException)
        {
            isJson = false;
        }

        var outcome = _row.AddField(field, FieldValue.OfList(line, _items.AsSpan(0, count)));
        if (outcome != EventOutcome.Kept)
            return outcome;
        if (!isJson)
            return EventOutcome.Malformed;
        return json.TokenType == JsonTokenType.EndArray ? EventOutcome.Kept : EventOutcome.BadValue;
    }

    static void ReadToEnd(ref Utf8JsonReader json)
    {
        while (json.Read())
            continue;
    }

    static bool IsScope(ReadOnlySpan<byte> text) => text.Length == 16 && text.IndexOfAnyExcept(AsciiText.LowerHex) < 0;
}
