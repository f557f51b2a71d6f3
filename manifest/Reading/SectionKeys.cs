// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>
/// The keys of one kind of mapping in a manifest. A test compares them with the schema for editors.
/// </summary>
sealed class SectionKeys
{
    public static readonly SectionKeys Manifest = new("the manifest",
        ["tallymark", "tool", "version", "purpose", "recipient", "endpoint", "repository", "contact", "retention",
            "consent", "notice", "events"],
        ["title", "command", "time", "identity", "max-per-day", "storage", "license", "lists", "fields", "groups",
            "datasets"]);

    public static readonly SectionKeys Identity = new("`identity`", ["rotate"], []);
    public static readonly SectionKeys Storage = new("`storage`", ["where", "administrators"], []);
    public static readonly SectionKeys Consent = new("`consent`", ["default"],
        ["variables", "option", "show-option", "marker"]);
    public static readonly SectionKeys Variable = new("a variable", ["name"], ["off-when"]);
    public static readonly SectionKeys Marker = new("`marker`", ["file", "how"], []);
    public static readonly SectionKeys Notice = new("`notice`", ["more"], ["channel"]);
    public static readonly SectionKeys Event = new("an event", ["why"], ["counts", "source", "groups", "fields"]);
    public static readonly SectionKeys Dataset = new("a dataset", ["title", "events", "columns"], ["minimum"]);
    public static readonly SectionKeys Column = new("a column", ["name", "from"], ["form"]);

    static readonly string[] FieldRequired = ["type", "why", "example", "published"];
    static readonly string[] FieldOptional = ["until", "personal", "identifier", "sensitive"];

    /// <summary>The keys of a field of unknown type: those of all types.</summary>
    public static readonly SectionKeys AnyField = new("a field", FieldRequired,
        [.. FieldOptional, .. FieldTypeRules.All.SelectMany(t => t.Keys).Distinct(StringComparer.Ordinal)]);

    static readonly Dictionary<FieldType, SectionKeys> ByType = FieldTypeRules.All.ToDictionary(
        t => t.Type,
        t => new SectionKeys($"a field of type `{t.Name}`", FieldRequired, [.. FieldOptional, .. t.Keys], t));

    readonly HashSet<string> _all;

    SectionKeys(string owner, string[] required, string[] optional, FieldTypeRules? type = null)
    {
        Owner = owner;
        Type = type;
        Required = required;
        All = [.. required, .. optional];
        _all = new HashSet<string>(All, StringComparer.Ordinal);
    }

    /// <summary>The mapping's name in a message.</summary>
    public string Owner { get; }

    /// <summary>The type, if these are the keys of a field of a known type.</summary>
    public FieldTypeRules? Type { get; }

    public IReadOnlyList<string> Required { get; }

    public IReadOnlyList<string> All { get; }

    public bool Contains(string key) => _all.Contains(key);

    /// <summary>The keys of a field of that type.</summary>
    public static SectionKeys ForField(FieldTypeRules type) => ByType[type.Type];
}
