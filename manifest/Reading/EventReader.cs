// SPDX-License-Identifier: MIT
// Groups and events, and the rules that hold over all fields that one event carries.

namespace Tallymark.Manifests.Reading;

/// <summary>An event that was read, with its groups' fields and its own.</summary>
sealed record ReadEvent(ScalarNode Name, string Why, bool CountsDropped, IReadOnlyList<ReadField> Fields);

sealed class EventReader(Findings findings, FieldReader fieldReader)
{
    const int MaxFields = 100;
    const int MaxEvents = 200;

    readonly Dictionary<string, List<ReadField>> _groups = new(StringComparer.Ordinal);
    readonly HashSet<string> _usedGroups = new(StringComparer.Ordinal);

    // The event that counts what was dropped.
    YamlNode? _counts;

    // A group's field is looked at with each event that has the group, and reported once.
    readonly HashSet<ScalarNode> _reported = [];

    public List<ReadEvent> Read(Section manifest, IReadOnlyList<ReadField> common)
    {
        var groupEntries = manifest.Named("groups");
        foreach (var entry in groupEntries)
        {
            Names.Check(findings, entry.Key, "a group");
            _groups.Add(entry.Key.Text, ReadGroup(entry));
        }

        var eventEntries = manifest.Named("events");
        var events = eventEntries.Select(ReadEvent).ToList();
        if (manifest.Value("events") is MappingNode { Entries.Count: 0 } empty)
            findings.Add(Rule.NoEvents, empty, "There is no event. Write a name, and below it `why:`.");
        if (events.Count > MaxEvents)
        {
            findings.Add(Rule.TooManyEvents, events[MaxEvents].Name,
                $"There are {events.Count} events, {MaxEvents} are allowed. Make what differs in them a field.");
        }

        Names.CheckAlike(findings, eventEntries.Select(e => e.Key), _reported);
        foreach (var e in events)
            CheckFields(e, common);
        if (events.Count == 0)
            CheckFields(new ReadEvent(new ScalarNode(1, 1, ""), "", false, []), common);
        CheckTypes([.. common, .. _groups.Values.SelectMany(g => g), .. events.SelectMany(e => e.Fields)]);
        return events;
    }

    public void CheckUsed(Section manifest)
    {
        foreach (var entry in manifest.Named("groups"))
        {
            if (!_usedGroups.Contains(entry.Key.Text))
            {
                findings.Add(Rule.Unused, entry.Key,
                    $"No event uses the group `{entry.Key.Shown}`. "
                    + $"Delete it, or write `groups: [{entry.Key.Shown}]` in an event.");
            }
        }
    }

    List<ReadField> ReadGroup(MappingEntry entry)
    {
        if (entry.Value is MappingNode mapping)
            return fieldReader.ReadAll(mapping.Entries);
        if (entry.Value is ScalarNode { Text: "" })
        {
            findings.Add(Rule.NoValue, entry.Key,
                $"The group `{entry.Key.Shown}` is empty. Name its fields below it, or delete it.");
        }
        else if (entry.Value is not RefusedNode)
        {
            findings.Add(Rule.WrongShape, entry.Value,
                "A group holds fields, each on a line of its own with a colon: `name:`.");
        }

        return [];
    }

    ReadEvent ReadEvent(MappingEntry entry)
    {
        Names.Check(findings, entry.Key, "an event");
        if (Section.Open(findings, entry.Value, entry.Key, Keys.Event) is not { } section)
            return new ReadEvent(entry.Key, "", false, []);

        var fields = new List<ReadField>();
        foreach (var group in section.Texts("groups"))
        {
            _usedGroups.Add(group.Text);
            if (_groups.TryGetValue(group.Text, out var shared))
                fields.AddRange(shared);
            else
            {
                findings.Add(Rule.UnknownGroup, group,
                    $"There is no group `{group.Shown}`.{Spelling.Suggest(group.Text, _groups.Keys)} Groups stand "
                    + "under `groups`.");
            }
        }

        var why = section.Sentence("why");
        fields.AddRange(fieldReader.ReadAll(section.Named("fields")));
        var counts = section.Choice("counts", "dropped") == 0;
        return new ReadEvent(entry.Key, why, counts, counts ? Filled(section, fields) : fields);
    }

    // Nobody but the SDK knows the number, and it knows nothing else.
    List<ReadField> Filled(Section section, List<ReadField> fields)
    {
        if (_counts is { } before)
        {
            findings.Add(Rule.CountedTwice, section.Value("counts")!,
                $"The event in line {before.Line} counts this already. Delete one of the two.");
        }

        _counts ??= section.Place;
        if (fields.Count == 1 && fields[0].Field is null or { Type: FieldType.Count, Buckets.Count: 0 })
            return [fields[0] with { Field = fields[0].Field is { } field ? field with { Source = FieldSource.Sdk } : null }];
        findings.Add(Rule.OneCountField, section.Value("counts")!,
            "An event that counts for the SDK has one field, of type `count` without `buckets`, and no other but the common ones. "
            + "Write it under `fields`.");
        return fields;
    }

    void CheckFields(ReadEvent e, IReadOnlyList<ReadField> common)
    {
        var byName = new Dictionary<string, ReadField>(StringComparer.Ordinal);
        var bySource = new Dictionary<(FieldType, string?), ReadField>();
        var count = 0;
        foreach (var field in common.Concat(e.Fields))
        {
            if (++count == MaxFields + 1 && _reported.Add(field.Name))
            {
                findings.Add(Rule.TooManyFields, field.Name,
                    $"The event `{e.Name.Shown}` has {common.Count + e.Fields.Count} fields, {MaxFields} are "
                    + "allowed. Delete some, or make another event.");
            }

            if (byName.TryGetValue(field.Name.Text, out var same))
            {
                if (_reported.Add(field.Name))
                {
                    findings.Add(Rule.FieldTwice, field.Name,
                        $"The event `{e.Name.Shown}` already has the field `{field.Name.Shown}` from line "
                        + $"{same.Name.Line}. Delete one, or give it another name.");
                }
            }
            else
                byName.Add(field.Name.Text, field);

            if (field.Field is not { Source: not FieldSource.Program } filled)
                continue;
            if (!bySource.TryGetValue((filled.Type, filled.Part), out var first))
                bySource.Add((filled.Type, filled.Part), field);
            else if (first.Name.Text != field.Name.Text && _reported.Add(field.Name))
            {
                findings.Add(Rule.FilledTwice, field.Name,
                    $"`{field.Name.Shown}` would always be the same as `{first.Name.Shown}` in line "
                    + $"{first.Name.Line}. Delete one of the two.");
            }
        }

        Names.CheckAlike(findings, byName.Values.Select(f => f.Name), _reported);
    }

    /// <summary>
    /// One name is one type in the whole manifest, so that a column over several events means one thing.
    /// </summary>
    void CheckTypes(IReadOnlyList<ReadField> fields)
    {
        var first = new Dictionary<string, ReadField>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            if (field.Field is not { } second)
                continue;
            if (!first.TryGetValue(second.Name, out var before))
                first.Add(second.Name, field);
            else if (Difference(before.Field!, second) is { } difference)
            {
                findings.Add(Rule.TwoTypes, field.Name,
                    $"`{field.Name.Shown}` is already a field in line {before.Name.Line}, with another {difference}. "
                    + "Make them the same, or give one another name.");
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
