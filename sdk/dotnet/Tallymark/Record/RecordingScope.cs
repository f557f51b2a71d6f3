// SPDX-License-Identifier: MIT
// What may be recorded of each event now: what the user agreed to, less what the user withholds and what the recipient stops.

using System.Text;

namespace Tallymark.Record;

/// <summary>
/// Made anew whenever agreement, choice or settings are others; an event's part is made when it is first asked for. Not thread safe.
/// </summary>
sealed class RecordingScope(ToolDefinition tool, Agreement agreement, string[] withheld, RemoteSettings? settings)
{
    EventScope[] _made = [];

    /// <summary>The scope that was agreed to, as lines name it.</summary>
    internal string Agreed { get; } = agreement.ScopeId[..16];

    /// <summary>The coarser of what is declared and what was agreed to.</summary>
    internal TimePrecision Time { get; } =
        agreement.Scope is { } scope && scope.Time > tool.Time ? scope.Time : tool.Time;

    /// <summary>What of this event; null: nothing of it.</summary>
    internal EventScope? Of(EventDefinition shape)
    {
        foreach (var made in _made)
        {
            if (made.Shape == shape)
                return made.Allowed ? made : null;
        }

        var permit = new EventScope(shape, agreement.Scope, tool.Scope, withheld, settings);
        Array.Resize(ref _made, _made.Length + 1);
        _made[^1] = permit;
        return permit.Allowed ? permit : null;
    }
}

/// <summary>What may be recorded of one event. Immutable.</summary>
sealed class EventScope
{
    readonly FieldScope[] _fields;

    /// <summary>For each field the agreed values, where they are fewer than the declared ones; null: all of them.</summary>
    readonly byte[]?[]? _values;

    /// <param name="shape">The event.</param>
    /// <param name="agreed">What was agreed to; null: all that is declared.</param>
    /// <param name="declared">The declared scope.</param>
    /// <param name="withheld">The names of the fields that the user withholds.</param>
    /// <param name="settings">What the recipient stops; null: nothing.</param>
    internal EventScope(EventDefinition shape, ScopeText? agreed, string declared, string[] withheld, RemoteSettings? settings)
    {
        Shape = shape;
        Allowed = (agreed is null || agreed.HasEvent(shape.Name)) && settings?.StopsEvent(shape.Name) != true;
        _fields = new FieldScope[shape.Fields.Length];
        if (agreed is not null)
            _values = Narrow(agreed, ScopeText.Parse(declared));
        for (var slot = 0; slot < _fields.Length; slot++)
        {
            var name = shape.Fields[slot].Name;
            if ((withheld.Length > 0 && Array.IndexOf(withheld, name) >= 0) || settings?.StopsField(shape.Name, name) == true)
                _fields[slot] = FieldScope.Withheld;
            NamesLeftOut |= Marked(slot);
        }
    }

    internal EventDefinition Shape { get; }

    internal bool Allowed { get; }

    /// <summary>True if the line names fields under <c>withheld</c>.</summary>
    internal bool NamesLeftOut { get; }

    internal bool Allows(int slot) => _fields[slot] == FieldScope.Recorded;

    /// <summary>
    /// True for a field that the line names as left out: one that the user withholds or the recipient stops, and the country,
    /// which the collector would add, where it was not agreed to.
    /// </summary>
    internal bool Marked(int slot) => _fields[slot] == FieldScope.Withheld
        || (_fields[slot] == FieldScope.NotAgreed && Shape.Fields[slot].Kind == FieldKind.Country);

    /// <summary>The agreed values of a field as a <see cref="ValueList"/>; null: all that are declared.</summary>
    internal byte[]? ValuesOf(int slot) => _values?[slot];

    byte[]?[] Narrow(ScopeText agreed, ScopeText? declared)
    {
        var values = new byte[]?[_fields.Length];
        for (var slot = 0; slot < _fields.Length; slot++)
        {
            var name = Shape.Fields[slot].Name;
            if (declared?.Field(Shape.Name, name) is not { } now || agreed.Field(Shape.Name, name) is not { } before || !now.IsWithin(before))
                _fields[slot] = FieldScope.NotAgreed;
            else if (now.Beyond(before).Count > 0)
                values[slot] = Encoding.ASCII.GetBytes("\n" + string.Join('\n', before.Values ?? []) + "\n");
        }

        return values;
    }

    enum FieldScope : byte
    {
        Recorded,
        Withheld,
        NotAgreed,
    }
}
