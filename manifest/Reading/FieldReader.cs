// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>
/// A parsed field; <see cref="Field"/> is null if its type is missing or unknown, which has been reported.
/// </summary>
sealed record ParsedField(ScalarNode Name, Field? Field);

/// <summary>Reads fields. The type comes first, since the valid keys depend on it.</summary>
sealed class FieldReader(DiagnosticBag diagnostics, ValueListReader lists)
{
    static readonly HashSet<string> Reserved = new(
        [
            "time", "status", "event", "manifest", "received", "withheld", "counts", "provenance", "network",
            "batch", "tool", "day", "occurrences",
        ],
        StringComparer.Ordinal);

    public List<ParsedField> ReadAll(IReadOnlyList<MappingEntry> entries)
    {
        var fields = new List<ParsedField>(entries.Count);
        foreach (var entry in entries)
            fields.Add(Read(entry));
        return fields;
    }

    ParsedField Read(MappingEntry entry)
    {
        var name = entry.Key;
        NameCheck.Check(diagnostics, name, "a field");
        if (Reserved.Contains(name.Text))
        {
            diagnostics.Add(DiagnosticKind.ReservedName, name,
                $"`{name.Shown}` is a name that the collector uses in every event. Use a different name.");
        }

        var type = FindType(entry.Value);
        var keys = type is null ? SectionKeys.AnyField : SectionKeys.ForField(type);
        if (Section.Open(diagnostics, entry.Value, name, keys) is not { } section)
            return new ParsedField(name, null);
        if (type is null)
            ReportType(section);
        return new ParsedField(name, type is null ? null : Read(name, type, section));
    }

    Field Read(ScalarNode name, FieldTypeRules type, Section section)
    {
        var (list, values) = type.HasValueList ? lists.ValuesOf(section, type) : (null, []);
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
        WarnAboutGuessing(section, type, salt);
        return field with { Example = ExampleReader.Read(diagnostics, section, field) };
    }

    // An acknowledged warning is still reported, so that a reviewer sees it in every check.
    void WarnAboutGuessing(Section section, FieldTypeRules type, DigestSalt salt)
    {
        if (type.Type == FieldType.Machine)
        {
            diagnostics.Add(DiagnosticKind.MachineId, section.Value("type")!,
                "A `machine` value is the same in every installation of the tool, and it can be reversed by trying all "
                + "hardware addresses. Use the type `installation` instead.",
                IsAcknowledged(section, DiagnosticKind.MachineId));
        }
        else if (salt == DigestSalt.Tool)
        {
            diagnostics.Add(DiagnosticKind.ToolSalt, section.Value("salt")!,
                "A digest with the tool's salt can be reversed by guessing the value. "
                + "Use `salt: installation` unless values must be joined across installations.",
                IsAcknowledged(section, DiagnosticKind.ToolSalt));
        }
        else if (section.Has("acknowledged"))
        {
            diagnostics.Add(DiagnosticKind.KeyOfOtherType, section.KeyPosition("acknowledged"),
                "`acknowledged` is a key of `machine` and of `digest` with `salt: tool`; this field causes no warning. "
                + "Delete it.");
        }
    }

    static bool IsAcknowledged(Section section, DiagnosticKind warning) =>
        section.Choice("acknowledged", warning.Id) == 0;

    static FieldTypeRules? FindType(YamlNode node)
    {
        foreach (var entry in node is MappingNode mapping ? mapping.Entries : [])
        {
            if (entry.Key.Text == "type" && entry.Value is ScalarNode scalar)
                return FieldTypeRules.Find(scalar.Text);
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
                diagnostics.Add(DiagnosticKind.FreeText, type,
                    $"There is no type `{type.Shown}`: free text can carry personal data. "
                    + "Use `enum` with its `values`, or `digest` if only equality matters.");
                break;
            case var other:
                var meant = Renamed(other) ?? SpellingHint.Nearest(type.Text, known);
                diagnostics.Add(DiagnosticKind.UnknownType, type,
                    $"`{type.Shown}` is not a type. " + (meant is null
                        ? $"The types are {Prose.JoinCode(known, "and")}." : $"Did you mean `{meant}`?"));
                break;
        }
    }

    // The names of the type in other languages and formats.
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

    bool Published(Section section, FieldTypeRules type)
    {
        var published = section.Choice("published", "true", "false") == 0;
        if (published && !type.CanBePublished)
        {
            diagnostics.Add(DiagnosticKind.NotPublishable, section.Value("published")!,
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
        if (!Grammar.IsDay(scalar.Text))
        {
            diagnostics.Add(DiagnosticKind.BadUntil, scalar,
                $"`{scalar.Shown}` is not a date. Write year, month and day, such as `2027-06-30`.");
        }

        return scalar.Text;
    }

    List<long> Buckets(Section section)
    {
        var bounds = new List<long>();
        foreach (var item in section.Items("buckets"))
        {
            if (Section.Scalar(diagnostics, item, item, "a bound of `buckets`") is not { } scalar)
                continue;
            if (!Grammar.TryParseNumber(scalar.Text, out var bound) || bound > 1L << 53)
            {
                diagnostics.Add(DiagnosticKind.BadBuckets, scalar,
                    $"`{scalar.Shown}` is not a whole number from 0 to 2^53. Write bounds such as `[0, 1, 10, 100]`.");
                continue;
            }

            if (bounds.Count == 0 && bound != 0)
            {
                diagnostics.Add(DiagnosticKind.BadBuckets, scalar,
                    "The first bound must be 0, so that every count has a bucket. Insert `0` as the first one.");
            }
            else if (bounds.Count > 0 && bound <= bounds[bounds.Count - 1])
            {
                diagnostics.Add(DiagnosticKind.BadBuckets, scalar,
                    $"`{bound}` is not greater than the bound before it. Sort the bounds and delete repeats.");
            }

            bounds.Add(bound);
        }

        if (section.Value("buckets") is SequenceNode { Items.Count: 0 } empty)
        {
            diagnostics.Add(DiagnosticKind.BadBuckets, empty,
                "`buckets` is empty. Write bounds such as `[0, 1, 10, 100]`, or delete `buckets` to record the exact "
                + "number.");
        }

        return bounds;
    }

    List<string> Labels(Section section)
    {
        var labels = new List<string>();
        foreach (var label in section.Texts("prerelease"))
        {
            if (label.Text.Length > 20 || !label.Text.All(Grammar.IsLetter))
            {
                diagnostics.Add(DiagnosticKind.BadLabel, label,
                    $"`{label.Shown}` is not a valid pre-release label. "
                    + "Write up to 20 letters, such as `preview` or `rc`; leave out the number: `rc` also allows "
                    + "`rc.1`.");
            }

            labels.Add(label.Text);
        }

        labels.Sort(StringComparer.Ordinal);
        return labels;
    }

    static string? Part(Section section, FieldTypeRules type)
    {
        if (type.DefaultPart is null)
            return null;
        var choice = section.Choice("part", [.. type.Parts]);
        return choice < 0 ? type.DefaultPart : type.Parts[choice];
    }

    Sensitivity Sensitivity(Section section, FieldTypeRules type, DigestSalt salt) => new(
        Raised(section, "personal") || salt == DigestSalt.Tool,
        Raised(section, "identifier") || type.IsIdentifier,
        Raised(section, "sensitive") || type.Type == FieldType.Stack);

    bool Raised(Section section, string key)
    {
        if (section.Scalar(key) is not { } scalar)
            return false;
        if (scalar.Text != "true")
        {
            diagnostics.Add(DiagnosticKind.Lowered, scalar,
                $"`{key}` can only be `true`: the type sets the default, and a manifest can't lower it. Write "
                + $"`{key}: true`, or delete the line.");
        }

        return true;
    }
}
