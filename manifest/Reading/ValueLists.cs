// SPDX-License-Identifier: MIT
// Lists of values: the named ones of the manifest and those that stand in a field itself.

namespace Tallymark.Manifests.Reading;

/// <summary>The manifest's named lists. A list may have thousands of values: each is looked at once.</summary>
sealed class ValueLists
{
    public const int MaxValues = 10_000;

    readonly Findings _findings;
    readonly List<(ScalarNode Name, ValueList List)> _lists = [];
    readonly Dictionary<string, ValueList> _byName = new(StringComparer.Ordinal);
    readonly HashSet<string> _used = new(StringComparer.Ordinal);

    public ValueLists(Findings findings, Section manifest)
    {
        _findings = findings;
        foreach (var entry in manifest.Named("lists"))
        {
            Names.Check(findings, entry.Key, "a list");
            var list = new ValueList(entry.Key.Text, Values(entry.Value, entry.Key, $"the list `{entry.Key.Shown}`"));
            _lists.Add((entry.Key, list));
            _byName.Add(entry.Key.Text, list);
        }
    }

    public IReadOnlyList<ValueList> All => [.. _lists.Select(l => l.List)];

    /// <summary>The list's name, if it is a named one, and the values of a field.</summary>
    public (string? List, IReadOnlyList<string> Values) ValuesOf(Section field, TypeRule type)
    {
        var inField = field.Value("values");
        if (inField is not null && field.Has("list"))
        {
            _findings.Add(Rule.ValuesOrList, field.KeyPlace("list"),
                "The field has both `values` and `list`. Keep one of them.");
            return (null, []);
        }

        if (inField is not null)
        {
            return (null, Values(inField, field.KeyPlace("values"), "`values`", type.Type == FieldType.UriScheme));
        }

        if (!field.Has("list"))
        {
            _findings.Add(Rule.ValuesOrList, field.Place,
                $"A field of type `{type.Name}` needs its values. "
                + "Write `values: [one, two]`, or `list:` and the name of a list.");
        }

        if (field.Scalar("list") is not { } name)
            return (null, []);
        if (!_byName.TryGetValue(name.Text, out var list))
        {
            _findings.Add(Rule.UnknownList, name,
                $"There is no list `{name.Shown}`.{Spelling.Suggest(name.Text, _byName.Keys)} Lists stand under "
                + "`lists`.");
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
                _findings.Add(Rule.Unused, name,
                    $"No field uses the list `{name.Shown}`. Delete it, or write `list: {name.Shown}` in a field.");
            }
        }
    }

    List<string> Values(YamlNode node, YamlNode place, string what, bool areSchemes = false)
    {
        var values = new List<string>();
        if (node is not SequenceNode sequence)
        {
            if (node is ScalarNode { Text: "" })
                _findings.Add(Rule.ListSize, place, $"There is no value in {what}. Write at least one.");
            else if (node is not RefusedNode)
            {
                _findings.Add(Rule.WrongShape, node,
                    $"{char.ToUpperInvariant(what[0])}{what.Substring(1)} is a list. "
                    + "Write `[one, two]`, or a line `- one` for each.");
            }

            return values;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in sequence.Items)
        {
            if (Section.Scalar(_findings, item, item, $"a value of {what}") is { } scalar && IsGood(scalar, seen)
                && (!areSchemes || CheckScheme(scalar.Text, scalar)))
                values.Add(scalar.Text);
        }

        if (sequence.Items.Count == 0)
            _findings.Add(Rule.ListSize, sequence, $"There is no value in {what}. Write at least one.");
        if (sequence.Items.Count > MaxValues)
        {
            _findings.Add(Rule.ListSize, sequence.Items[MaxValues],
                $"There are {sequence.Items.Count} values in {what}, {MaxValues} are allowed. "
                + "Keep the most used; any other becomes `other`.");
        }

        // Values are ASCII, so the order of characters is the order of bytes.
        values.Sort(StringComparer.Ordinal);
        return values;
    }

    bool IsGood(ScalarNode value, HashSet<string> seen)
    {
        if (!Words.IsValue(value.Text))
        {
            _findings.Add(Rule.BadValue, value,
                $"`{value.Shown}` can't be a value. Write 1 to {Words.MaxValue} letters, digits and `._+:/@-`.");
            return false;
        }

        if (value.Text == "other")
        {
            _findings.Add(Rule.ReservedValue, value, "`other` is always allowed and is never listed. Delete it here.");
            return false;
        }

        if (seen.Add(value.Text))
            return true;
        _findings.Add(Rule.Twice, value, $"`{value.Shown}` is already in this list. Delete it here.");
        return false;
    }

    bool CheckScheme(string value, YamlNode place)
    {
        if (value is "custom_scheme" or "none")
        {
            _findings.Add(Rule.ReservedValue, place,
                $"`{value}` is what a `uri-scheme` becomes by itself and is never listed. Delete it here.");
        }
        else if (!Words.IsLower(value[0]) || !Words.IsAll(value, "+.-") || value != value.ToLowerInvariant())
        {
            _findings.Add(Rule.BadValue, place,
                $"`{value}` can't be a scheme. Write small letters, digits and `+.-`, a letter first, without `:`.");
        }
        else
            return true;
        return false;
    }
}
