// SPDX-License-Identifier: MIT
// What each type of field allows: its own keys, who fills it, whether it can be published, what a review asks.

namespace Tallymark.Manifests.Reading;

/// <summary>The rules of one type; the table of <c>spec/manifest.md</c>, "Fields".</summary>
sealed class TypeRule
{
    static readonly string[] ValueKeys = ["values", "list"];

    static readonly Dictionary<FieldType, TypeRule> ByType = [];

    TypeRule(string name, FieldType type)
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
                Keys = ["salt"];
                IsIdentifier = true;
                break;
            case FieldType.Machine or FieldType.Session or FieldType.Installation:
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
    public static IReadOnlyList<TypeRule> All { get; } = MakeAll();

    public string Name { get; }

    public FieldType Type { get; }

    /// <summary>The keys that only some types have.</summary>
    public IReadOnlyList<string> Keys { get; } = [];

    public IReadOnlyList<string> Parts { get; } = [];

    public string? DefaultPart { get; }

    /// <summary>Who fills it unless the field says <c>source: program</c>.</summary>
    public FieldSource Source { get; }

    public bool IsIdentifier { get; }

    public bool CanBePublished => !IsIdentifier && Type != FieldType.Stack;

    /// <summary>True if one value of it is a set or a list, which a published row can't show.</summary>
    public bool IsMany => Type is FieldType.EnumSet or FieldType.Environment or FieldType.Stack;

    public bool HasValues => ReferenceEquals(Keys, ValueKeys);

    public static TypeRule Of(FieldType type) => ByType[type];

    public static TypeRule? Find(string name)
    {
        foreach (var rule in All)
        {
            if (rule.Name == name)
                return rule;
        }

        return null;
    }

    static List<TypeRule> MakeAll()
    {
        var rules = new List<TypeRule>();
        foreach (var (name, type) in FieldTypes.All)
        {
            var rule = new TypeRule(name, type);
            rules.Add(rule);
            ByType.Add(type, rule);
        }

        return rules;
    }
}
