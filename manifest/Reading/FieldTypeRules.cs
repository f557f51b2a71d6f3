// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>
/// The rules of one type: its keys, who sets its value, whether it can be published, the review's answers
/// (<c>spec/manifest.md</c>, "Fields").
/// </summary>
sealed class FieldTypeRules
{
    static readonly string[] ValueKeys = ["values", "list"];

    static readonly Dictionary<FieldType, FieldTypeRules> ByType = [];

    FieldTypeRules(string name, FieldType type)
    {
        Name = name;
        Type = type;
        switch (type)
        {
            case FieldType.Enum or FieldType.EnumSet or FieldType.UriScheme:
                Keys = ValueKeys;
                break;
            case FieldType.Count:
                Keys = ["buckets"];
                break;
            case FieldType.Duration:
                Keys = ["source"];
                Source = FieldSource.Sdk;
                break;
            case FieldType.Version:
                Keys = ["prerelease", "source"];
                Source = FieldSource.Sdk;
                break;
            case FieldType.Os:
                Keys = ["part"];
                Parts = ["family", "version"];
                DefaultPart = "family";
                Source = FieldSource.Sdk;
                break;
            case FieldType.Runtime:
                Keys = ["part"];
                Parts = ["name", "version", "id"];
                DefaultPart = "version";
                Source = FieldSource.Sdk;
                break;
            case FieldType.Digest:
                Keys = ["salt", "acknowledged"];
                IsIdentifier = true;
                break;
            case FieldType.Machine:
                Keys = ["acknowledged"];
                Source = FieldSource.Sdk;
                IsIdentifier = true;
                break;
            case FieldType.Session or FieldType.Installation:
                Source = FieldSource.Sdk;
                IsIdentifier = true;
                break;
            case FieldType.RandomId:
                IsIdentifier = true;
                break;
            case FieldType.Arch or FieldType.Environment:
                Source = FieldSource.Sdk;
                break;
            case FieldType.Country:
                Source = FieldSource.Collector;
                break;
        }
    }

    /// <summary>The rules of all types, in the order of the documentation.</summary>
    public static IReadOnlyList<FieldTypeRules> All { get; } = CreateAll();

    public string Name { get; }

    public FieldType Type { get; }

    /// <summary>The keys that a field of this type has in addition to the keys of every field.</summary>
    public IReadOnlyList<string> Keys { get; } = [];

    public IReadOnlyList<string> Parts { get; } = [];

    public string? DefaultPart { get; }

    /// <summary>The component that sets the value unless the field says <c>source: program</c>.</summary>
    public FieldSource Source { get; }

    public bool IsIdentifier { get; }

    public bool CanBePublished => !IsIdentifier && Type != FieldType.Stack;

    /// <summary>True if a value is a set or a list, which a published row can't show.</summary>
    public bool HasManyValues => Type is FieldType.EnumSet or FieldType.Environment or FieldType.Stack;

    public bool HasValueList => ReferenceEquals(Keys, ValueKeys);

    public static FieldTypeRules Of(FieldType type) => ByType[type];

    public static FieldTypeRules? Find(string name)
    {
        foreach (var rule in All)
        {
            if (rule.Name == name)
                return rule;
        }

        return null;
    }

    static List<FieldTypeRules> CreateAll()
    {
        var rules = new List<FieldTypeRules>();
        foreach (var (name, type) in FieldTypes.All)
        {
            var rule = new FieldTypeRules(name, type);
            rules.Add(rule);
            ByType.Add(type, rule);
        }

        return rules;
    }
}
