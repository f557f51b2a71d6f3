// SPDX-License-Identifier: MIT
using System.Buffers.Text;
using System.Text.Json;

namespace Tallymark.Pages;

/// <summary>
/// One interaction with a web page as a source of a spool line: the four values of the page, and the common fields of
/// the server. It keeps positions in the manifest's lists, a UUID and a time, never text of the request. Reused for all
/// records of a request. Not thread-safe.
/// </summary>
/// <param name="page">The manifest's lists.</param>
sealed class PageRecord(PageDefinition page) : SpoolLineSource(page.Event)
{
    const int IdLength = 32;
    const int UuidLength = 36;
    const int Other = -1;

    int _component;
    int _eventType;
    int _componentType;
    Guid _view;

    /// <summary>The common fields that the program sets; null: there are none.</summary>
    internal EventValues? Common { get; set; }

    /// <summary>The id that the page gave the record, so that the same one is recorded once.</summary>
    internal UInt128 Id { get; private set; }

    internal override bool AddValue(LineBuffer line, int slot, BuiltInFields builtIn, Installation installation)
    {
        var field = Shape.Fields[slot];
        return field.Name switch
        {
            "component_id" => AddListed(line, page.ComponentIds, _component),
            "event_type" => AddListed(line, page.EventTypes, _eventType),
            "component_type" => AddListed(line, page.ComponentTypes, _componentType),
            "component_view_id" => Values.RandomId(line, _view),
            _ when field.Kind > FieldKind.OwnDuration => builtIn.Add(line, field.Kind, installation),

            // An interaction has no duration.
            _ => field.Kind != FieldKind.OwnDuration
                && Common is { } common && common.AddValue(line, slot, builtIn, installation),
        };
    }

    /// <summary>
    /// Reads one element of the list, always to its end. False if it is not a record of the manifest; the next one can
    /// be read in any case.
    /// </summary>
    internal bool TryRead(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        var found = Members.None;
        var fits = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = MemberOf(ref reader);
            reader.Read();
            fits &= member != Members.None && (found & member) == Members.None && TryRead(ref reader, member);
            found |= member;
            reader.Skip();
        }

        return fits && found == Members.All;
    }

    static Members MemberOf(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? Members.None
        : reader.ValueTextEquals("id"u8) ? Members.Id
        : reader.ValueTextEquals("component"u8) ? Members.Component
        : reader.ValueTextEquals("event"u8) ? Members.Event
        : reader.ValueTextEquals("type"u8) ? Members.Type
        : reader.ValueTextEquals("view"u8) ? Members.View
        : reader.ValueTextEquals("time"u8) ? Members.Time
        : Members.None;

    bool TryRead(ref Utf8JsonReader reader, Members member)
    {
        if (member == Members.Time)
            return reader.TokenType == JsonTokenType.Number && TryReadTime(ref reader);

        // No value of a manifest and no id needs an escape.
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped)
            return false;
        var text = reader.ValueSpan;
        switch (member)
        {
            case Members.Id:
                return text.Length == IdLength && TryReadId(text);
            case Members.Component:
                return (_component = ValueList.Find(page.ComponentIds, text)) != Other;
            case Members.Event:
                return (_eventType = ValueList.Find(page.EventTypes, text)) != Other;
            case Members.Type:
                _componentType = ValueList.Find(page.ComponentTypes, text);
                return true;
            default:
                var fits = Utf8Parser.TryParse(text, out _view, out var length, 'D');
                return fits && text.Length == UuidLength && length == UuidLength;
        }
    }

    bool TryReadId(ReadOnlySpan<byte> text)
    {
        UInt128 id = 0;
        foreach (var one in text)
        {
            if (!char.IsAsciiHexDigitLower((char)one))
                return false;
            id = (id << 4) | (uint)(one <= '9' ? one - '0' : one - 'a' + 10);
        }

        Id = id;
        return true;
    }

    // Whole nanoseconds since 1970: a number with a fraction or an exponent is no such time. .NET counts in 100 ns.
    bool TryReadTime(ref Utf8JsonReader reader)
    {
        if (!reader.TryGetInt64(out var nanoseconds) || nanoseconds < 0)
            return false;
        Began = DateTime.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
        return true;
    }

    static bool AddListed(LineBuffer line, byte[] list, int start)
    {
        line.Add((byte)'"');
        line.Add(start == Other ? "other"u8 : ValueList.At(list, start));
        line.Add((byte)'"');
        return true;
    }

    [Flags]
    enum Members : byte
    {
        None = 0,
        Id = 1,
        Component = 2,
        Event = 4,
        Type = 8,
        View = 16,
        Time = 32,
        All = Id | Component | Event | Type | View | Time,
    }
}
