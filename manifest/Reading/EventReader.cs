// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>A parsed event with the fields of its groups and its own.</summary>
sealed record ParsedEvent(
    ScalarNode Name, string Why, IReadOnlyList<ParsedField> Fields, bool CountsDropped = false, bool FromPage = false)
{
    public IReadOnlyList<string> Groups { get; init; } = [];
}

/// <summary>Reads groups and events, and checks the rules over all fields of one event.</summary>
sealed class EventReader(DiagnosticBag diagnostics, FieldReader fieldReader)
{
    const int MaxFields = 100;
    const int MaxEvents = 200;

    readonly Dictionary<string, List<ParsedField>> _groups = new(StringComparer.Ordinal);
    readonly HashSet<string> _usedGroups = new(StringComparer.Ordinal);

    // The event that counts dropped events, and the one of the tool's web pages.
    YamlNode? _counts;
    YamlNode? _page;

    // A field of a group is checked with each event that has the group; this set reports it only once.
    readonly HashSet<ScalarNode> _reported = [];

    /// <summary>The groups with their fields. Valid after <see cref="Read"/>.</summary>
    public IReadOnlyDictionary<string, List<ParsedField>> Groups => _groups;

    public List<ParsedEvent> Read(Section manifest, IReadOnlyList<ParsedField> common)
    {
        var groupEntries = manifest.Named("groups");
        foreach (var entry in groupEntries)
        {
            NameCheck.Check(diagnostics, entry.Key, "a group");
            _groups.Add(entry.Key.Text, ReadGroup(entry));
        }

        var eventEntries = manifest.Named("events");
        var events = eventEntries.Select(ReadEvent).ToList();
        if (manifest.Value("events") is MappingNode { Entries.Count: 0 } empty)
            diagnostics.Add(DiagnosticKind.NoEvents, empty,
                "The manifest has no events. Write an event's name under `events`, and `why:` below it.");
        if (events.Count > MaxEvents)
        {
            diagnostics.Add(DiagnosticKind.TooManyEvents, events[MaxEvents].Name,
                $"The manifest has {events.Count} events, but at most {MaxEvents} are allowed. Merge events and "
                + "record their difference in a field.");
        }

        NameCheck.CheckSimilar(diagnostics, eventEntries.Select(e => e.Key), _reported);
        foreach (var e in events)
            CheckFields(e, common);
        if (events.Count == 0)
            CheckFields(new ParsedEvent(new ScalarNode(1, 1, ""), "", []), common);
        CheckTypes([.. common, .. _groups.Values.SelectMany(g => g), .. events.SelectMany(e => e.Fields)]);
        return events;
    }

    public void CheckUsed(Section manifest)
    {
        foreach (var entry in manifest.Named("groups"))
        {
            if (!_usedGroups.Contains(entry.Key.Text))
            {
                diagnostics.Add(DiagnosticKind.Unused, entry.Key,
                    $"No event uses the group `{entry.Key.Shown}`. "
                    + $"Delete it, or write `groups: [{entry.Key.Shown}]` in an event.");
            }
        }
    }

    List<ParsedField> ReadGroup(MappingEntry entry)
    {
        if (entry.Value is MappingNode mapping)
        {
            if (FieldsOfEvent(mapping) is not { } fields)
                return fieldReader.ReadAll(mapping.Entries);
            diagnostics.Add(DiagnosticKind.WrongShape, fields.Key,
                $"`{entry.Key.Shown}` is a group, which has no `fields`, `why` or `groups`. Write its fields directly "
                + "below its name, and delete these keys.");
            return fieldReader.ReadAll(((MappingNode)fields.Value).Entries);
        }

        if (entry.Value is ScalarNode { Text: "" })
        {
            diagnostics.Add(DiagnosticKind.NoValue, entry.Key,
                $"The group `{entry.Key.Shown}` is empty. Declare its fields below it, or delete it.");
        }
        else if (entry.Value is not RejectedNode)
        {
            diagnostics.Add(DiagnosticKind.WrongShape, entry.Value,
                "A group must contain fields. Write each on its own indented line, such as `name:`.");
        }

        return [];
    }

    // A group that is written like an event. A field with the name `fields` has a type, unlike a set of fields.
    static MappingEntry? FieldsOfEvent(MappingNode group)
    {
        foreach (var entry in group.Entries)
        {
            if (entry.Key.Text == "fields" && entry.Value is MappingNode fields
                && !fields.Entries.Any(e => e.Key.Text == "type" && e.Value is ScalarNode))
                return entry;
        }

        return null;
    }

    ParsedEvent ReadEvent(MappingEntry entry)
    {
        NameCheck.Check(diagnostics, entry.Key, "an event");
        if (Dataset.IsPublishedWord(entry.Key.Text))
        {
            diagnostics.Add(DiagnosticKind.PublishedWord, entry.Key,
                $"`{entry.Key.Shown}` has a meaning of its own in published files. Use a different name for the "
                + "event.");
        }

        if (Section.Open(diagnostics, entry.Value, entry.Key, SectionKeys.Event) is not { } section)
            return new ParsedEvent(entry.Key, "", []);

        var fields = new List<ParsedField>();
        var groups = new List<string>();
        foreach (var group in section.Texts("groups"))
        {
            _usedGroups.Add(group.Text);
            if (_groups.TryGetValue(group.Text, out var shared))
            {
                groups.Add(group.Text);
                fields.AddRange(shared);
            }
            else
            {
                diagnostics.Add(DiagnosticKind.UnknownGroup, group,
                    $"The group `{group.Shown}` is not declared.{SpellingHint.Suggest(group.Text, _groups.Keys)} "
                    + "Declare it under `groups`, or use a declared group.");
            }
        }

        var why = section.Sentence("why");
        fields.AddRange(fieldReader.ReadAll(section.Named("fields")));
        var counts = section.Choice("counts", "dropped") == 0;
        var fromPage = section.Choice("source", "page") == 0;
        if (fromPage)
            CheckPage(section, fields);
        return new ParsedEvent(entry.Key, why, counts ? CountField(section, fields) : fields, counts, fromPage)
        {
            Groups = groups,
        };
    }

    // Only the SDK knows the number, and it knows no other value.
    List<ParsedField> CountField(Section section, List<ParsedField> fields)
    {
        if (_counts is { } before)
        {
            diagnostics.Add(DiagnosticKind.DuplicateCount, section.Value("counts")!,
                $"The event in line {before.Line} already counts dropped events. Delete one of the two.");
        }

        _counts ??= section.Position;
        if (fields.Count == 1 && fields[0].Field is null or { Type: FieldType.Count, Buckets.Count: 0 })
        {
            var field = fields[0].Field;
            return [fields[0] with { Field = field is null ? null : field with { Source = FieldSource.Sdk } }];
        }

        diagnostics.Add(DiagnosticKind.OneCountField, section.Value("counts")!,
            "An event with `counts: dropped` must have exactly one field of its own, of type `count` and without "
            + "`buckets`. Declare it under `fields`.");
        return fields;
    }

    // A page sends these four values and no other.
    void CheckPage(Section section, List<ParsedField> fields)
    {
        if (_page is { } before)
        {
            diagnostics.Add(DiagnosticKind.DuplicatePage, section.Value("source")!,
                $"The event in line {before.Line} already has `source: page`. Delete one of the two.");
        }

        _page ??= section.Position;
        if (fields.Any(f => f.Field is null))
            return;
        var names = fields.Select(f => f.Name.Text).Distinct(StringComparer.Ordinal).Count();
        if (names != 4 || fields.Count != 4 || !fields.All(f => IsPageField(f.Field!)))
        {
            diagnostics.Add(DiagnosticKind.PageFields, section.Value("source")!,
                "An event with `source: page` must have exactly four fields of its own: `component_id`, `event_type` "
                + "and `component_type` of type `enum`, and `component_view_id` of type `random-id`. The values of "
                + $"`event_type` are among {Prose.JoinCode(Manifests.PageFields.EventTypes, "and")}.");
        }
    }

    static bool IsPageField(Field field) => field.Name switch
    {
        Manifests.PageFields.ComponentId or Manifests.PageFields.ComponentType => field.Type == FieldType.Enum,
        Manifests.PageFields.EventType => field.Type == FieldType.Enum
            && field.Values.All(value => Manifests.PageFields.EventTypes.Contains(value, StringComparer.Ordinal)),
        Manifests.PageFields.ComponentViewId => field.Type == FieldType.RandomId,
        _ => false,
    };

    void CheckFields(ParsedEvent e, IReadOnlyList<ParsedField> common)
    {
        var byName = new Dictionary<string, ParsedField>(StringComparer.Ordinal);
        var bySource = new Dictionary<(FieldType, string?), ParsedField>();
        var count = 0;
        foreach (var field in common.Concat(e.Fields))
        {
            if (++count == MaxFields + 1 && _reported.Add(field.Name))
            {
                diagnostics.Add(DiagnosticKind.TooManyFields, field.Name,
                    $"The event `{e.Name.Shown}` has {common.Count + e.Fields.Count} fields, but at most {MaxFields} "
                    + "are allowed. Delete some, or split the event.");
            }

            if (byName.TryGetValue(field.Name.Text, out var same))
            {
                if (_reported.Add(field.Name))
                {
                    diagnostics.Add(DiagnosticKind.DuplicateField, field.Name,
                        $"The event `{e.Name.Shown}` already has the field `{field.Name.Shown}` from line "
                        + $"{same.Name.Line}. Delete one of the two, or rename it.");
                }
            }
            else
                byName.Add(field.Name.Text, field);

            if (field.Field is not { Source: not FieldSource.Program } automatic)
                continue;
            if (!bySource.TryGetValue((automatic.Type, automatic.Part), out var first))
                bySource.Add((automatic.Type, automatic.Part), field);
            else if (first.Name.Text != field.Name.Text && _reported.Add(field.Name))
            {
                diagnostics.Add(DiagnosticKind.DuplicateSource, field.Name,
                    $"`{field.Name.Shown}` would always have the same value as `{first.Name.Shown}` in line "
                    + $"{first.Name.Line}. Delete one of the two.");
            }
        }

        NameCheck.CheckSimilar(diagnostics, byName.Values.Select(f => f.Name), _reported);
    }

    /// <summary>
    /// A field name has one type in the whole manifest, so that a column over several events has one meaning.
    /// </summary>
    void CheckTypes(IReadOnlyList<ParsedField> fields)
    {
        var first = new Dictionary<string, ParsedField>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            if (field.Field is not { } second)
                continue;
            if (!first.TryGetValue(second.Name, out var before))
                first.Add(second.Name, field);
            else if (Difference(before.Field!, second) is { } difference)
            {
                diagnostics.Add(DiagnosticKind.ConflictingTypes, field.Name,
                    $"The field `{field.Name.Shown}` is declared in line {before.Name.Line} with a different "
                    + $"{difference}. Make the declarations equal, or rename one field.");
            }
        }
    }

    static string? Difference(Field a, Field b) =>
        a.Type != b.Type ? "type"
        : a.Part != b.Part ? "part"
        : a.Salt != b.Salt ? "salt"
        : a.Source != b.Source ? "source"
        : !a.Buckets.SequenceEqual(b.Buckets) ? "list of buckets"
        : null;
}
