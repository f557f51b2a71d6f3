// SPDX-License-Identifier: MIT
using System.Text;

namespace Tallymark.Record;

/// <summary>
/// The fields of each event that may be recorded now: the agreed ones, without those that the user withholds and those
/// that the recipient's settings stop. Replaced whenever agreement, choice or settings change; the part of an event is
/// computed on first use. Not thread-safe.
/// </summary>
sealed class RecordingScope(ToolDefinition tool, Agreement agreement, string[] withheld, RemoteSettings? settings)
{
    EventScope? _first;

    /// <summary>The first 16 digits of the agreed scope id, as lines contain it.</summary>
    internal string Agreed { get; } = agreement.ScopeId[..16];

    /// <summary>The precision of times: the coarser of the declared and the agreed one.</summary>
    internal TimePrecision Time { get; } =
        agreement.Scope is { } scope && scope.Time > tool.Time ? scope.Time : tool.Time;

    /// <summary>The part of this event that may be recorded; null: nothing.</summary>
    internal EventScope? Of(EventDefinition shape)
    {
        var scope = _first;
        while (scope is not null && scope.Shape != shape)
            scope = scope.Next;
        if (scope is null)
        {
            scope = new EventScope(shape, agreement.Scope, tool.Scope, withheld, settings) { Next = _first };
            _first = scope;
        }

        return scope.Allowed ? scope : null;
    }
}

/// <summary>The part of one event that may be recorded. Immutable.</summary>
sealed class EventScope
{
    // States of a field. Not an enum: it and its array would be two more types for each short run to load.
    const byte Recorded = 0;
    const byte Withheld = 1;
    const byte NotAgreed = 2;

    readonly byte[] _fields;

    /// <summary>For each field the agreed values if they are fewer than the declared ones; null: all of them.</summary>
    readonly byte[]?[]? _values;

    /// <param name="shape">The event.</param>
    /// <param name="agreed">The agreed scope; null: the declared one.</param>
    /// <param name="declared">The declared scope.</param>
    /// <param name="withheld">The names of the fields that the user withholds.</param>
    /// <param name="settings">The recipient's settings; null: they stop nothing.</param>
    internal EventScope(
        EventDefinition shape, ScopeText? agreed, string declared, string[] withheld, RemoteSettings? settings)
    {
        Shape = shape;
        Allowed = (agreed is null || agreed.HasEvent(shape.Name)) && settings?.StopsEvent(shape.Name) != true;
        _fields = new byte[shape.Fields.Length];
        if (agreed is not null)
            _values = Narrow(agreed, ScopeText.Parse(declared));
        for (var slot = 0; slot < _fields.Length; slot++)
        {
            var name = shape.Fields[slot].Name;
            if ((withheld.Length > 0 && Array.IndexOf(withheld, name) >= 0)
                || settings?.StopsField(shape.Name, name) == true)
                _fields[slot] = Withheld;
            HasWithheld |= IsWithheld(slot);
        }
    }

    internal EventDefinition Shape { get; }

    /// <summary>The next one that <see cref="RecordingScope"/> has computed; null: the last.</summary>
    internal EventScope? Next { get; init; }

    internal bool Allowed { get; }

    /// <summary>True if the line has the member <c>withheld</c>.</summary>
    internal bool HasWithheld { get; }

    internal bool Allows(int slot) => _fields[slot] == Recorded;

    /// <summary>
    /// True for a field that the line lists under <c>withheld</c>: the user withholds it or the recipient stops it, or
    /// it is the country, which the collector would add although the user has not agreed to it.
    /// </summary>
    internal bool IsWithheld(int slot) => _fields[slot] == Withheld
        || (_fields[slot] == NotAgreed && Shape.Fields[slot].Kind == FieldKind.Country);

    /// <summary>The agreed values of a field as a <see cref="ValueList"/>; null: all declared values.</summary>
    internal byte[]? AgreedValues(int slot) => _values?[slot];

    byte[]?[] Narrow(ScopeText agreed, ScopeText? declared)
    {
        var values = new byte[]?[_fields.Length];
        for (var slot = 0; slot < _fields.Length; slot++)
        {
            var name = Shape.Fields[slot].Name;
            if (declared?.Field(Shape.Name, name) is not { } now || agreed.Field(Shape.Name, name) is not { } before
                || !now.IsWithin(before))
                _fields[slot] = NotAgreed;
            else if (now.Beyond(before).Count > 0)
                values[slot] = Encoding.ASCII.GetBytes("\n" + string.Join('\n', before.Values ?? []) + "\n");
        }

        return values;
    }
}
