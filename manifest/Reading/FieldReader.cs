// SPDX-License-Identifier: MIT
// One field: its type first, since every other key depends on it.

namespace Tallymark.Manifests.Reading;

/// <summary>
/// A field that was read; <see cref="Field"/> is null if its type could not be made out, which is reported.
/// </summary>
sealed record ReadField(ScalarNode Name, Field? Field);

sealed class FieldReader(Findings findings, ValueLists lists)
{
    static readonly HashSet<string> Reserved = new(
        ["time", "status", "event", "manifest", "received", "withheld", "counts", "batch", "tool", "day", "occurrences"],
            StringComparer.Ordinal);

    public List<ReadField> ReadAll(IReadOnlyList<MappingEntry> entries)
    {
        var fields = new List<ReadField>(entries.Count);
        foreach (var entry in entries)
            fields.Add(Read(entry));
        return fields;
    }

    ReadField Read(MappingEntry entry)
    {
        var name = entry.Key;
        Names.Check(findings, name, "a field");
        if (Reserved.Contains(name.Text))
        {
            findings.Add(Rule.ReservedName, name,
                $"Every event has a `{name.Shown}` of the collector's own. Write another name.");
        }

        var type = FindType(entry.Value);
        var keys = type is null ? Keys.AnyField : Keys.FieldOf(type);
        if (Section.Open(findings, entry.Value, name, keys) is not { } section)
            return new ReadField(name, null);
        if (type is null)
            ReportType(section);
        return new ReadField(name, type is null ? null : Read(name, type, section));
    }

    Field Read(ScalarNode name, TypeRule type, Section section)
    {
        var (list, values) = type.HasValues ? lists.ValuesOf(section, type) : (null, []);
        var isToolSalt = type.Type == FieldType.Machine || section.Choice("salt", "installation", "tool") == 1;
        var salt = isToolSalt ? DigestSalt.Tool : DigestSalt.Installation;
        var field = new Field
        {
            Name = name.Text,
            Type = type.Type,
            Why = section.Sentence("why"),
            Example = "",
            Published = Published(section, type),
            Until = Until(section),
            Values = values,
            List = list,
            Buckets = Buckets(section),
            Prerelease = Labels(section),
            Source = section.Choice("source", "program") == 0 ? FieldSource.Program : type.Source,
            Part = Part(section, type),
            Salt = salt,
            Sensitivity = Sensitivity(section, type, salt),
        };
        if (type.Type == FieldType.Machine)
        {
            findings.Add(Rule.MachineId, section.Value("type")!,
                "A digest of the hardware address is the same in every installation and can be reversed by trying "
                + "all addresses. Use `installation` instead.");
        }
        else if (salt == DigestSalt.Tool)
        {
            findings.Add(Rule.ToolSalt, section.Value("salt")!,
                "A digest with the tool's salt can be reversed by guessing the value. "
                + "Use `salt: installation` unless values must be joined across installations.");
        }

        return field with { Example = Examples.Read(findings, section, field) };
    }

    static TypeRule? FindType(YamlNode node)
    {
        foreach (var entry in node is MappingNode mapping ? mapping.Entries : [])
        {
            if (entry.Key.Text == "type" && entry.Value is ScalarNode scalar)
                return TypeRule.Find(scalar.Text);
        }

        return null;
    }

    void ReportType(Section section)
    {
        if (section.Scalar("type") is not { } type)
            return;
        var known = FieldTypes.All.Select(t => t.Name).ToArray();
        switch (type.Text.ToLowerInvariant())
        {
            case "string" or "text" or "str" or "char" or "path" or "url" or "name" or "message" or "object" or "json"
                or "any":
                findings.Add(Rule.FreeText, type,
                    $"`{type.Shown}` is free text, which can carry anything; there is no such type. "
                    + "Write `enum` with its `values`, or `digest` if only equality matters.");
                break;
            case var other:
                var meant = Renamed(other) ?? Spelling.Nearest(type.Text, known);
                findings.Add(Rule.UnknownType, type,
                    $"`{type.Shown}` is not a type. "
                    + $"{(meant is null ? $"The types are {Section.List(known)}." : $"Did you mean `{meant}`?")}");
                break;
        }
    }

    // What the type is called in other places.
    static string? Renamed(string type) => type switch
    {
        "bool" or "flag" => "boolean",
        "int" or "integer" or "int32" or "int64" or "long" or "number" or "counter" or "float" or "double" => "count",
        "set" or "list" or "array" or "enums" or "strings" => "enum-set",
        "choice" or "select" => "enum",
        "size" or "filesize" => "bytes",
        "timespan" or "elapsed" or "milliseconds" or "ms" => "duration",
        "hash" or "sha256" or "sha-256" => "digest",
        "mac" or "machine-id" or "device" => "machine",
        "uuid" or "guid" or "id" => "random-id",
        "exception" or "stacktrace" or "stack-trace" => "stack",
        "platform" or "system" => "os",
        "architecture" or "cpu" => "arch",
        "framework" => "runtime",
        "scheme" => "uri-scheme",
        "semver" => "version",
        "location" or "geo" or "region" => "country",
        _ => null,
    };

    bool Published(Section section, TypeRule type)
    {
        var published = section.Choice("published", "true", "false") == 0;
        if (published && !type.CanBePublished)
        {
            findings.Add(Rule.NotPublishable, section.Value("published")!,
                $"A field of type `{type.Name}` can't be published: "
                + $"{(type.IsIdentifier ? "it tells installations apart" : "it could be sensitive")}. "
                + "Write `published: false`.");
        }

        return published;
    }

    string? Until(Section section)
    {
        if (section.Scalar("until") is not { } scalar)
            return null;
        if (!Words.IsDay(scalar.Text))
        {
            findings.Add(Rule.BadUntil, scalar,
                $"`{scalar.Shown}` is not a day. Write year, month and day, such as `2027-06-30`.");
        }

        return scalar.Text;
    }

    List<long> Buckets(Section section)
    {
        var bounds = new List<long>();
        foreach (var item in section.Items("buckets"))
        {
            if (Section.Scalar(findings, item, item, "a bound of `buckets`") is not { } scalar)
                continue;
            if (!Words.TryNumber(scalar.Text, out var bound) || bound > 1L << 53)
            {
                findings.Add(Rule.BadBuckets, scalar,
                    $"`{scalar.Shown}` is not a whole number from 0 to 2^53. Write bounds such as `[0, 1, 10, 100]`.");
                continue;
            }

            if (bounds.Count == 0 && bound != 0)
            {
                findings.Add(Rule.BadBuckets, scalar,
                    "The first bound has to be 0, so that every count has a bucket. Write `0` before it.");
            }
            else if (bounds.Count > 0 && bound <= bounds[bounds.Count - 1])
            {
                findings.Add(Rule.BadBuckets, scalar,
                    $"`{bound}` is not above the bound before it. Write the bounds in ascending order, each once.");
            }

            bounds.Add(bound);
        }

        if (section.Value("buckets") is SequenceNode { Items.Count: 0 } empty)
        {
            findings.Add(Rule.BadBuckets, empty,
                "There is no bucket. Write bounds such as `[0, 1, 10, 100]`, or delete `buckets` to have the number "
                + "as it is.");
        }

        return bounds;
    }

    List<string> Labels(Section section)
    {
        var labels = new List<string>();
        foreach (var label in section.Texts("prerelease"))
        {
            if (label.Text.Length > 20 || !label.Text.All(Words.IsLetter))
            {
                findings.Add(Rule.BadLabel, label,
                    $"`{label.Shown}` can't be a pre-release label. "
                    + "Write up to 20 letters, such as `preview` or `rc`; a number may follow by itself.");
            }

            labels.Add(label.Text);
        }

        labels.Sort(StringComparer.Ordinal);
        return labels;
    }

    static string? Part(Section section, TypeRule type)
    {
        if (type.DefaultPart is null)
            return null;
        var choice = section.Choice("part", [.. type.Parts]);
        return choice < 0 ? type.DefaultPart : type.Parts[choice];
    }

    Sensitivity Sensitivity(Section section, TypeRule type, DigestSalt salt) => new(
        Raised(section, "personal") || salt == DigestSalt.Tool,
        Raised(section, "identifier") || type.IsIdentifier,
        Raised(section, "sensitive") || type.Type == FieldType.Stack);

    bool Raised(Section section, string key)
    {
        if (section.Scalar(key) is not { } scalar)
            return false;
        if (scalar.Text != "true")
        {
            findings.Add(Rule.Lowered, scalar,
                $"`{key}` can only be raised above what the type says. Write `{key}: true`, or delete the line.");
        }

        return true;
    }
}
