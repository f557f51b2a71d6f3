// SPDX-License-Identifier: MIT

namespace Tallymark.Scopes;

/// <summary>One field of one event, as a scope text declares it. Immutable.</summary>
sealed class ScopeField
{
    ScopeField(string inEvent, string name, string kind, bool published, string[]? buckets, string[]? values)
    {
        Published = published;
        Event = inEvent;
        Name = name;
        Kind = kind;
        Buckets = buckets;
        Values = values;
    }

    /// <summary>The event's name.</summary>
    internal string Event { get; }

    /// <summary>The field's name.</summary>
    internal string Name { get; }

    /// <summary>
    /// The field's type, part, source and salt in one text. Two fields carry the same data only if these are equal.
    /// </summary>
    internal string Kind { get; }

    /// <summary>Whether its values may be published.</summary>
    internal bool Published { get; }

    /// <summary>The lower bounds of its buckets; null: the type has none, or the number is recorded as it is.</summary>
    internal string[]? Buckets { get; }

    /// <summary>Its values; null: the type has none.</summary>
    internal string[]? Values { get; }

    /// <summary>Parses the words of a line <c>field EVENT FIELD TYPE [details]</c>; at least four words.</summary>
    internal static ScopeField Parse(string[] words)
    {
        var kind = words[3];
        var published = false;
        string[]? buckets = null, values = null;
        for (var i = 4; i < words.Length; i++)
        {
            var detail = words[i];
            if (detail.StartsWith(ScopeFormat.Buckets, StringComparison.Ordinal))
                buckets = detail.Substring(ScopeFormat.Buckets.Length).Split(',');
            else if (detail.StartsWith(ScopeFormat.Values, StringComparison.Ordinal))
                values = detail.Substring(ScopeFormat.Values.Length).Split(',');
            else if (detail == ScopeFormat.Published)
                published = true;
            else
                kind += " " + detail;
        }

        return new ScopeField(words[1], words[2], kind, published, buckets, values);
    }

    /// <summary>
    /// True if, apart from its values, this field discloses no more than <paramref name="agreed"/> does.
    /// </summary>
    internal bool IsWithin(ScopeField agreed)
    {
        if (Kind != agreed.Kind || (Published && !agreed.Published))
            return false;
        if (agreed.Buckets is null)
            return true;

        // Fewer bounds disclose less; without bounds the exact number is disclosed.
        if (Buckets is null)
            return false;
        foreach (var bound in Buckets)
        {
            if (Array.IndexOf(agreed.Buckets, bound) < 0)
                return false;
        }

        return true;
    }

    /// <summary>The values that <paramref name="agreed"/> does not have.</summary>
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
