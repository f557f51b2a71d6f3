// SPDX-License-Identifier: MIT
// The scope's text (spec/manifest.md), taken apart, so that what a user agreed to can be held against what is declared now.

using System.Globalization;

namespace Tallymark.Notice;

/// <summary>One scope. Immutable. Made only where the receipt is of another scope than the manifest, so it may cost something.</summary>
sealed class ScopeText
{
    readonly Dictionary<string, string> _head = new(StringComparer.Ordinal);
    readonly Dictionary<string, ScopeField> _fields = new(StringComparer.Ordinal);
    readonly List<string> _events = [];

    ScopeText()
    {
    }

    internal string Recipient => _head["recipient"];

    internal string Endpoint => _head["endpoint"];

    internal int RetentionDays { get; private init; }

    internal TimePrecision Time { get; private init; }

    internal IReadOnlyList<string> Events => _events;

    internal IEnumerable<ScopeField> Fields => _fields.Values;

    /// <summary>Null for what is no scope text of this version.</summary>
    internal static ScopeText? Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines[0] != "tallymark-scope 1" || lines[^1].Length > 0)
            return null;
        var head = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (line.Split(' ', 2) is [var key, var value] && key is not ("event" or "field"))
                head[key] = value;
        }

        if (!head.ContainsKey("recipient") || !head.ContainsKey("endpoint")
            || !int.TryParse(head.GetValueOrDefault("retention"), NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            || !Enum.TryParse<TimePrecision>(head.GetValueOrDefault("time"), ignoreCase: true, out var time))
            return null;
        var scope = new ScopeText { RetentionDays = days, Time = time };
        foreach (var (key, value) in head)
            scope._head[key] = value;
        foreach (var line in lines)
        {
            if (line.Split(' ') is ["field", var inEvent, var name, var type, .. var details])
                scope._fields[inEvent + " " + name] = ScopeField.Of(inEvent, name, type, details);
            else if (line.Split(' ') is ["event", var one])
                scope._events.Add(one);
        }

        return scope;
    }

    internal bool HasEvent(string name) => _events.Contains(name);

    internal ScopeField? Field(string inEvent, string name) => _fields.GetValueOrDefault(inEvent + " " + name);
}

/// <summary>One field of one event as a scope has it.</summary>
/// <param name="Event">The event's name.</param>
/// <param name="Name">The field's name.</param>
/// <param name="Kind">Its type, part, source and salt in one text: two fields carry the same only if these are equal.</param>
/// <param name="Buckets">Lower bounds of its buckets; null: it has none.</param>
/// <param name="Values">Its values; null: it has none.</param>
sealed record ScopeField(string Event, string Name, string Kind, string[]? Buckets, string[]? Values)
{
    internal static ScopeField Of(string inEvent, string name, string type, string[] details)
    {
        var kind = type;
        string[]? buckets = null, values = null;
        foreach (var detail in details)
        {
            if (detail.StartsWith("buckets=", StringComparison.Ordinal))
                buckets = detail[8..].Split(',');
            else if (detail.StartsWith("values=", StringComparison.Ordinal))
                values = detail[7..].Split(',');
            else
                kind += " " + detail;
        }

        return new ScopeField(inEvent, name, kind, buckets, values);
    }

    /// <summary>True if all that this field says could have been said by <paramref name="agreed"/>, up to its values.</summary>
    internal bool IsWithin(ScopeField agreed)
    {
        if (Kind != agreed.Kind)
            return false;
        if (agreed.Buckets is null)
            return true;

        // Fewer bounds say less; without any the number itself is said.
        return Buckets is not null && Array.TrueForAll(Buckets, bound => Array.IndexOf(agreed.Buckets, bound) >= 0);
    }

    /// <summary>The values that were not agreed to.</summary>
    internal List<string> Beyond(ScopeField agreed)
    {
        var beyond = new List<string>();
        foreach (var value in Values ?? [])
        {
            if (agreed.Values is null || Array.IndexOf(agreed.Values, value) < 0)
                beyond.Add(value);
        }

        return beyond;
    }
}
