// SPDX-License-Identifier: MIT
// The one table of sections and their keys; the schema for editors is tested against it.

namespace Tallymark.Manifests.Reading;

/// <summary>A kind of mapping in a manifest, by what people call it, and its keys.</summary>
sealed class Keys
{
    public static readonly Keys Manifest = new("the manifest",
        ["tallymark", "tool", "version", "purpose", "recipient", "endpoint", "repository", "contact", "retention",
            "consent", "notice", "events"],
        ["title", "time", "storage", "license", "lists", "fields", "groups", "datasets"]);

    public static readonly Keys Storage = new("`storage`", ["where", "administrators"], []);
    public static readonly Keys Consent = new("`consent`", ["default"],
        ["variables", "option", "show-option", "marker"]);
    public static readonly Keys Variable = new("a variable", ["name"], ["off-when"]);
    public static readonly Keys Marker = new("`marker`", ["file", "how"], []);
    public static readonly Keys Notice = new("`notice`", ["more"], ["channel"]);
    public static readonly Keys Event = new("an event", ["why"], ["counts", "groups", "fields"]);
    public static readonly Keys Dataset = new("a dataset", ["title", "events", "columns"], ["minimum"]);
    public static readonly Keys Column = new("a column", ["name", "from"], []);

    static readonly string[] FieldNeeded = ["type", "why", "example", "published"];
    static readonly string[] FieldOptional = ["until", "personal", "identifier", "sensitive"];

    /// <summary>The keys of a field whose type is not known: those of all types.</summary>
    public static readonly Keys AnyField = new("a field", FieldNeeded,
        [.. FieldOptional, .. TypeRule.All.SelectMany(t => t.Keys).Distinct(StringComparer.Ordinal)]);

    static readonly Dictionary<FieldType, Keys> ByType = TypeRule.All.ToDictionary(
        t => t.Type, t => new Keys($"a field of type `{t.Name}`", FieldNeeded, [.. FieldOptional, .. t.Keys], t));

    readonly HashSet<string> _all;

    Keys(string owner, string[] needed, string[] optional, TypeRule? type = null)
    {
        Owner = owner;
        Type = type;
        Needed = needed;
        All = [.. needed, .. optional];
        _all = new HashSet<string>(All, StringComparer.Ordinal);
    }

    /// <summary>What a message calls the mapping.</summary>
    public string Owner { get; }

    /// <summary>The type that the keys are of, where they are those of a field.</summary>
    public TypeRule? Type { get; }

    public IReadOnlyList<string> Needed { get; }

    public IReadOnlyList<string> All { get; }

    public bool Contains(string key) => _all.Contains(key);

    /// <summary>The keys that a field of that type has.</summary>
    public static Keys FieldOf(TypeRule type) => ByType[type.Type];
}
