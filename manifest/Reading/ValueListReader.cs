// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>
/// Reads lists of values: the manifest's named lists and the values of a field. A list may have thousands of values;
/// each value is checked once.
/// </summary>
sealed class ValueListReader
{
    public const int MaxValues = 10_000;

    readonly DiagnosticBag _diagnostics;
    readonly List<(ScalarNode Name, ValueList List)> _lists = [];
    readonly Dictionary<string, ValueList> _byName = new(StringComparer.Ordinal);
    readonly HashSet<string> _used = new(StringComparer.Ordinal);

    public ValueListReader(DiagnosticBag diagnostics, Section manifest)
    {
        _diagnostics = diagnostics;
        foreach (var entry in manifest.Named("lists"))
        {
            NameCheck.Check(diagnostics, entry.Key, "a list");
            var list = new ValueList(entry.Key.Text, Values(entry.Value, entry.Key, $"the list `{entry.Key.Shown}`"));
            _lists.Add((entry.Key, list));
            _byName.Add(entry.Key.Text, list);
        }
    }

    public IReadOnlyList<ValueList> All => [.. _lists.Select(l => l.List)];

    /// <summary>The values of a field, and the name of their list if they come from a named one.</summary>
    public (string? List, IReadOnlyList<string> Values) ValuesOf(Section field, FieldTypeRules type)
    {
        var inField = field.Value("values");
        if (inField is not null && field.Has("list"))
        {
            _diagnostics.Add(DiagnosticKind.ValuesOrList, field.KeyPosition("list"),
                "The field has both `values` and `list`. Delete one of the two.");
            return (null, []);
        }

        if (inField is not null)
        {
            return (null, Values(inField, field.KeyPosition("values"), "`values`", type.Type == FieldType.UriScheme));
        }

        if (!field.Has("list"))
        {
            _diagnostics.Add(DiagnosticKind.ValuesOrList, field.Position,
                $"A field of type `{type.Name}` requires values. "
                + "Write `values: [one, two]`, or `list:` and the name of a list.");
        }

        if (field.Scalar("list") is not { } name)
            return (null, []);
        if (!_byName.TryGetValue(name.Text, out var list))
        {
            _diagnostics.Add(DiagnosticKind.UnknownList, name,
                $"The list `{name.Shown}` is not declared.{SpellingHint.Suggest(name.Text, _byName.Keys)} "
                + "Declare it under `lists`, or use a declared list.");
            return (null, []);
        }

        _used.Add(name.Text);
        if (type.Type == FieldType.UriScheme)
        {
            foreach (var value in list.Values)
                CheckScheme(value, name);
        }

        return (list.Name, list.Values);
    }

    public void CheckUsed()
    {
        foreach (var (name, _) in _lists)
        {
            if (!_used.Contains(name.Text))
            {
                _diagnostics.Add(DiagnosticKind.Unused, name,
                    $"No field uses the list `{name.Shown}`. Delete it, or write `list: {name.Shown}` in a field.");
            }
        }
    }

    List<string> Values(YamlNode node, YamlNode position, string owner, bool areSchemes = false)
    {
        var values = new List<string>();
        if (node is not SequenceNode sequence)
        {
            if (node is ScalarNode { Text: "" })
                _diagnostics.Add(DiagnosticKind.ListSize, position,
                    $"{Prose.Capitalize(owner)} is empty. Write at least one value.");
            else if (node is not RejectedNode)
            {
                _diagnostics.Add(DiagnosticKind.WrongShape, node,
                    $"{Prose.Capitalize(owner)} must be a list. "
                    + "Write `[one, two]`, or a line `- one` for each item.");
            }

            return values;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in sequence.Items)
        {
            if (Section.Scalar(_diagnostics, item, item, $"a value of {owner}") is { } scalar
                && IsValid(scalar, seen, areSchemes) && (!areSchemes || CheckScheme(scalar.Text, scalar)))
                values.Add(scalar.Text);
        }

        if (sequence.Items.Count == 0)
            _diagnostics.Add(DiagnosticKind.ListSize, sequence,
                $"{Prose.Capitalize(owner)} is empty. Write at least one value.");
        if (sequence.Items.Count > MaxValues)
        {
            _diagnostics.Add(DiagnosticKind.ListSize, sequence.Items[MaxValues],
                $"{Prose.Capitalize(owner)} has {sequence.Items.Count} values, but at most {MaxValues} are allowed. "
                + "Keep the most used ones; all others are recorded as `other`.");
        }

        // Values are ASCII, so the order of characters is the order of bytes.
        values.Sort(StringComparer.Ordinal);
        return values;
    }

    bool IsValid(ScalarNode value, HashSet<string> seen, bool isScheme)
    {
        if (!Grammar.IsValue(value.Text))
        {
            _diagnostics.Add(DiagnosticKind.BadValue, value,
                $"`{value.Shown}` is not a valid value. Use 1 to {Grammar.MaxValueLength} letters, digits and "
                + "`._+:/@-`.");
            return false;
        }

        if (value.Text == "other")
        {
            _diagnostics.Add(DiagnosticKind.ReservedValue, value,
                "`other` is always allowed and must not be listed. Delete it.");
            return false;
        }

        // A scheme can't be listed if it is one of these words: CheckScheme.
        if (!isScheme && Dataset.IsPublishedWord(value.Text))
        {
            _diagnostics.Add(DiagnosticKind.PublishedWord, value,
                $"`{value.Shown}` has a meaning of its own in published files. Use a different word, such as "
                + "`nothing`.");
        }

        if (seen.Add(value.Text))
            return true;
        _diagnostics.Add(DiagnosticKind.DuplicateItem, value,
            $"`{value.Shown}` is already in this list. Delete one of the two.");
        return false;
    }

    bool CheckScheme(string value, YamlNode position)
    {
        if (value is "custom_scheme" or "none")
        {
            _diagnostics.Add(DiagnosticKind.ReservedValue, position,
                $"A `uri-scheme` can always have the value `{value}`, which must not be listed. Delete it.");
        }
        else if (!Grammar.IsLower(value[0]) || !Grammar.HasOnly(value, "+.-") || value != value.ToLowerInvariant())
        {
            _diagnostics.Add(DiagnosticKind.BadValue, position,
                $"`{value}` is not a valid scheme. Use lower-case letters, digits and `+.-`, starting with a letter, "
                + "without the `:`.");
        }
        else
            return true;
        return false;
    }
}
