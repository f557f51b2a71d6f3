// SPDX-License-Identifier: MIT
// One line of a batch, straight from its bytes into the columns of its event: no object for an event, no text for a
// value.

using System.Text;
using System.Text.Json;

namespace Tallymark.Collector.Protocols;

/// <summary>
/// Decodes the lines of one batch. An event is kept whole or taken back whole; its neighbours never notice. One request
/// owns it.
/// </summary>
ref struct LineDecoder
{
    // Columns of Table.EnvelopeColumns.
    const int Time = 0;
    const int Received = 1;
    internal const int Manifest = 2;
    internal const int Status = 3;
    const int Withheld = 4;

    readonly DecodedBatch _batch;
    readonly Tool _manifests;
    readonly ReadOnlySpan<byte> _country;
    readonly DateTimeOffset _now;
    readonly long _earliest;
    readonly long _latest;
    readonly int _longest;
    readonly byte[] _tool;
    bool[] _seen = [];

    public LineDecoder(DecodedBatch batch, Tool tool, ReadOnlySpan<byte> country, DateTimeOffset now, Limits limits)
    {
        _batch = batch;
        _manifests = tool;
        _country = country;
        _now = now;
        _earliest = EventTime.Cut(now - limits.Past, TimePrecision.Nanosecond);
        _latest = EventTime.Cut(now + limits.Future, TimePrecision.Nanosecond);
        _longest = limits.LineBytes;
        _tool = Encoding.ASCII.GetBytes(tool.Name);
    }

    public Verdict Decode(ReadOnlySpan<byte> line)
    {
        if (line.Length > _longest || !JsonLine.IsPlain(line))
            return Verdict.Malformed;
        EventRows? rows = null;
        var verdict = Verdict.Malformed;
        try
        {
            verdict = Read(line, ref rows, development: false);
        }
        catch (JsonException)
        {
            // No JSON, or too deep: malformed.
        }

        if (verdict != Verdict.Keep)
            rows?.TakeBack();
        return verdict;
    }

    Verdict Read(ReadOnlySpan<byte> line, ref EventRows? rows, bool development)
    {
        // 1. Whose event, under which manifest.
        var json = JsonLine.Open(line);
        if (!JsonLine.TryFormat(ref json)
            || !JsonLine.TryMember(ref json, "tool"u8, JsonTokenType.String) || !json.ValueSpan.SequenceEqual(_tool)
            || !JsonLine.TryMember(ref json, "manifest"u8, JsonTokenType.Number)
            || !json.TryGetInt32(out var version) || version < 1
            || !JsonLine.TryMember(ref json, "agreed"u8, JsonTokenType.String) || !IsScope(json.ValueSpan)
            || !JsonLine.TryMember(ref json, "event"u8, JsonTokenType.String))
        {
            return Verdict.Malformed;
        }

        if (_manifests.Find(version) is not { } allowed)
        {
            ReadToEnd(ref json); // only a whole line may hold up its batch
            return Verdict.UnknownManifest;
        }

        if (allowed.Find(json.ValueSpan) is not { } shape)
            return Verdict.UnknownEvent;

        // 2. When, and how it ended.
        if (!JsonLine.TryMember(ref json, "time"u8, JsonTokenType.String))
            return Verdict.Malformed;
        if (!EventTime.TryRead(json.ValueSpan, allowed.Time, out var time) || time > _latest)
            return Verdict.BadTime;
        if (time < _earliest)
            return Verdict.TooOld;
        if (!JsonLine.TryMember(ref json, "status"u8, JsonTokenType.String) || !IsStatus(json.ValueSpan))
            return Verdict.Malformed;
        var received = EventTime.Cut(_now, allowed.Time);
        rows = _batch.RowsOf(development ? shape.Table.Development! : shape.Table);
        rows[Time].Append(time);
        rows[Received].Append(received);
        rows[Manifest].Append(version);
        rows[Status].Append(json.ValueSpan);

        // 3. What it carries.
        if (_seen.Length < shape.Names.Count)
            _seen = new bool[shape.Names.Count];
        _seen.AsSpan().Clear();
        if (!json.Read())
            return Verdict.Malformed;
        if (JsonLine.IsNamed(json, "withheld"u8))
        {
            var verdict = ReadWithheld(ref json, shape, rows[Withheld]);
            if (verdict != Verdict.Keep)
                return verdict;
            json.Read();
        }

        foreach (var field in shape.Countries)
        {
            if (!_seen[field] && !_country.IsEmpty && !shape.IsOver(field, time))
                rows[shape.ColumnOf(field)].Append(_country);
        }

        if (!JsonLine.IsNamed(json, "fields"u8) || !json.Read() || json.TokenType != JsonTokenType.StartObject)
            return Verdict.Malformed;
        var makers = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var field = shape.Names.Find(json.ValueSpan);
            if (field < 0)
                return Verdict.UnknownField;
            if (_seen[field])
                return Verdict.Malformed; // twice, or withheld and yet here
            _seen[field] = true;
            json.Read();
            var (column, start) = (shape.ColumnOf(field), (int)json.TokenStartIndex);
            if (!shape.RuleOf(field).TryRead(ref json, rows[column]))
                return Verdict.BadValue;
            if (field == shape.Environment)
                makers = line[start..(int)json.BytesConsumed].IndexOf("\"dev\""u8) >= 0;
            if (shape.IsOver(field, time))
                rows.TakeBack(column);
        }

        // 4. Nothing else.
        if (!json.Read() || json.TokenType != JsonTokenType.EndObject || json.Read())
            return Verdict.Malformed;
        if (makers && !development)
        {
            // Only now it is known, and seldom: the line is read once more, into the table apart.
            rows.TakeBack();
            return Read(line, ref rows, development: true);
        }

        rows.Keep();
        _batch.Received = Math.Min(_batch.Received, received);
        return Verdict.Keep;
    }

    /// <summary>Names of withheld fields, in any order, each once; stored by their bytes. Marks them as seen.</summary>
    readonly Verdict ReadWithheld(ref Utf8JsonReader json, EventShape shape, ColumnBuffer column)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartArray)
            return Verdict.Malformed;
        while (json.Read() && json.TokenType == JsonTokenType.String)
        {
            var field = shape.Names.Find(json.ValueSpan);
            if (field < 0)
                return Verdict.UnknownField;
            if (_seen[field])
                return Verdict.Malformed;
            _seen[field] = true;
        }

        if (json.TokenType != JsonTokenType.EndArray)
            return Verdict.Malformed;
        for (var field = 0; field < shape.Names.Count; field++)
        {
            if (_seen[field])
                column.AddText(shape.Names[field]);
        }

        column.EndSet();
        return Verdict.Keep;
    }

    static void ReadToEnd(ref Utf8JsonReader json)
    {
        while (json.Read())
            continue;
    }

    static bool IsScope(ReadOnlySpan<byte> text) => text.Length == 16 && text.IndexOfAnyExcept(AsciiText.LowerHex) < 0;

    static bool IsStatus(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("success"u8) || text.SequenceEqual("failure"u8) || text.SequenceEqual("unknown"u8);
}
