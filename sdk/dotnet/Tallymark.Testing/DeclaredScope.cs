// SPDX-License-Identifier: MIT
namespace Tallymark.Testing;

/// <summary>
/// The events and fields that a tool's manifest declares, read from the scope text in generated code (spec/manifest.md,
/// "Scope"). Immutable.
/// </summary>
sealed class DeclaredScope
{
    const string FirstLine = "tallymark-scope 1";

    readonly List<DeclaredField> _fields = [];
    readonly List<string> _events = [];

    internal DeclaredScope(string text)
    {
        var lines = text.Split('\n');
        if (lines[0] != FirstLine)
            throw new InvalidOperationException("The tool's scope is from another version of Tallymark.");
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

    /// <summary>True if the SDK or the collector fills it in, so that no test of the tool has to.</summary>
    internal bool IsBuiltIn => Type is "os" or "arch" or "runtime" or "session" or "installation" or "environment"
        or "machine" or "country"
        || (Type is "duration" or "version" && !Details.Contains("source=program"));

    /// <summary>True if it records <c>other</c> for each value that the manifest does not list.</summary>
    internal bool IsListed => Type is "enum" or "enum-set";

    internal IEnumerable<string> Values => Details
        .Where(d => d.StartsWith(ValuesKey, StringComparison.Ordinal))
        .SelectMany(d => d[ValuesKey.Length..].Split(','));
}
