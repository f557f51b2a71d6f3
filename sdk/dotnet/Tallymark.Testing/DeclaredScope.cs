// SPDX-License-Identifier: MIT
// What a tool's manifest declares, read from the scope that generated code carries (spec/manifest.md, "Scope").

namespace Tallymark.Testing;

/// <summary>The events and fields of one tool. Immutable.</summary>
sealed class DeclaredScope
{
    const string FirstLine = "tallymark-scope 1";

    readonly List<DeclaredField> _fields = [];
    readonly List<string> _events = [];

    internal DeclaredScope(string text)
    {
        var lines = text.Split('\n');
        if (lines[0] != FirstLine)
            throw new InvalidOperationException("The scope of the tool is of another version of Tallymark.");
        foreach (var line in lines)
        {
            switch (line.Split(' '))
            {
                case ["event", var name]:
                    _events.Add(name);
                    break;
                case ["field", var name, var field, var type, .. var details]:
                    _fields.Add(new DeclaredField(name, field, type, details));
                    break;
            }
        }
    }

    internal IReadOnlyList<string> Events => _events;

    internal IReadOnlyList<DeclaredField> Fields => _fields;

    internal DeclaredField? Find(string name, string field) =>
        _fields.Find(f => f.Event == name && f.Name == field);
}

/// <summary>One field of one event.</summary>
sealed record DeclaredField(string Event, string Name, string Type, string[] Details)
{
    const string ValuesKey = "values=";

    /// <summary>Filled in by the SDK or the collector: no test of a tool has to see to it.</summary>
    internal bool FillsItself => Type is "os" or "arch" or "runtime" or "session" or "installation" or "environment" or "machine" or "country"
        || (Type is "duration" or "version" && !Details.Contains("source=program"));

    /// <summary>It says <c>other</c> for every value that its manifest doesn't name.</summary>
    internal bool IsListed => Type is "enum" or "enum-set";

    internal IEnumerable<string> Values =>
        Details.Where(d => d.StartsWith(ValuesKey, StringComparison.Ordinal)).SelectMany(d => d[ValuesKey.Length..].Split(','));
}
