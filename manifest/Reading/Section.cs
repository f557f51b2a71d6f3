// SPDX-License-Identifier: MIT
// One mapping while it is read: its known keys by name, and the questions that all readers ask.

namespace Tallymark.Manifests.Reading;

/// <summary>A mapping with known keys. Making one reports unknown and missing keys.</summary>
sealed class Section
{
    readonly Findings _findings;
    readonly Dictionary<string, MappingEntry> _entries = new(StringComparer.Ordinal);

    Section(Findings findings, MappingNode node, YamlNode place, Keys keys)
    {
        _findings = findings;
        Place = place;
        var misspelt = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in node.Entries)
        {
            if (keys.Contains(entry.Key.Text))
                _entries.Add(entry.Key.Text, entry);
            else if (ReportUnknown(entry.Key, keys) is { } meant)
                misspelt.Add(meant);
        }

        foreach (var key in keys.Needed)
        {
            if (!_entries.ContainsKey(key) && !misspelt.Contains(key))
                findings.Add(Rule.MissingKey, place, $"`{key}` is missing: {keys.Owner} needs it. {Hints.Of(key)}");
        }
    }

    /// <summary>Where a message about the section as a whole points: the name that it stands under.</summary>
    public YamlNode Place { get; }

    /// <summary>The section, or null if the node is no mapping, which is reported.</summary>
    public static Section? Open(Findings findings, YamlNode? node, YamlNode place, Keys keys)
    {
        if (node is MappingNode mapping)
            return new Section(findings, mapping, place, keys);
        if (node is ScalarNode { Text: "" })
        {
            findings.Add(Rule.NoValue, place,
                $"There is nothing below this. {Capital(keys.Owner)} needs {List(keys.Needed)}, on lines that are "
                + "indented below it.");
        }
        else if (node is not (null or RefusedNode))
        {
            findings.Add(Rule.WrongShape, node,
                $"{Capital(keys.Owner)} has keys of its own, `key: value` on lines that are indented below it: "
                + $"{List(keys.All)}.");
        }

        return null;
    }

    public bool Has(string key) => _entries.ContainsKey(key);

    /// <summary>The value under the key; null if the key is absent.</summary>
    public YamlNode? Value(string key) => _entries.TryGetValue(key, out var entry) ? entry.Value : null;

    /// <summary>The key itself as a place; the section's own place if it is absent.</summary>
    public YamlNode KeyPlace(string key) => _entries.TryGetValue(key, out var entry) ? entry.Key : Place;

    /// <summary>
    /// The text under the key; null if it is absent or not a text that can be used, which is reported.
    /// </summary>
    public ScalarNode? Scalar(string key) =>
        _entries.TryGetValue(key, out var entry) ? Scalar(_findings, entry.Value, entry.Key, $"`{key}`") : null;

    /// <summary>A sentence that people read, without the line end that a folded text (<c>&gt;</c>) has.</summary>
    public string Sentence(string key)
    {
        if (Scalar(key) is not { } scalar)
            return "";
        var text = scalar.Text.Trim(' ', '\n', '\r');
        if (text.Length == 0)
            _findings.Add(Rule.NoValue, KeyPlace(key), $"`{key}` has no value. {Hints.Of(key)}");
        else if (text.Length > Words.MaxText)
        {
            _findings.Add(Rule.BadText, scalar,
                $"`{key}` has {text.Length} characters, {Words.MaxText} are allowed. Say it shorter.");
        }
        else if (Words.BadCharacter(text) is >= 0 and var at)
            _findings.Add(Rule.BadText, scalar, BadCharacter(key, text[at]));
        return text;
    }

    /// <summary>
    /// The place of the chosen word among the choices, or -1: absent or none of them, which is reported.
    /// </summary>
    public int Choice(string key, params string[] choices)
    {
        if (Scalar(key) is not { } scalar)
            return -1;
        var index = Array.IndexOf(choices, scalar.Text);
        if (index < 0)
        {
            _findings.Add(Rule.NotAChoice, scalar,
                $"`{scalar.Shown}` is not allowed for `{key}`. "
                + $"Write {List(choices, "or")}.{Spelling.Suggest(scalar.Text, choices)}");
        }

        return index;
    }

    /// <summary>The items under the key; none if it is absent or no list, which is reported.</summary>
    public IReadOnlyList<YamlNode> Items(string key)
    {
        switch (Value(key))
        {
            case SequenceNode sequence:
                return sequence.Items;
            case null or RefusedNode:
                return [];
            case ScalarNode { Text: "" }:
                _findings.Add(Rule.NoValue, KeyPlace(key), $"`{key}` is empty. {Hints.Of(key)}");
                return [];
            case var other:
                _findings.Add(Rule.WrongShape, other,
                    $"`{key}` is a list. Write `[one, two]`, or a line `- one` for each.");
                return [];
        }
    }

    /// <summary>The texts of a list, each once.</summary>
    public IReadOnlyList<ScalarNode> Texts(string key)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var texts = new List<ScalarNode>();
        foreach (var item in Items(key))
        {
            if (Scalar(_findings, item, item, $"an item of `{key}`") is not { } scalar)
                continue;
            if (seen.Add(scalar.Text))
                texts.Add(scalar);
            else
                _findings.Add(Rule.Twice, scalar, $"`{scalar.Shown}` is already in this list. Delete it here.");
        }

        return texts;
    }

    /// <summary>
    /// The named things below the key, in the file's order; none if it is absent or no mapping, which is reported.
    /// </summary>
    public IReadOnlyList<MappingEntry> Named(string key)
    {
        switch (Value(key))
        {
            case MappingNode mapping:
                return mapping.Entries;
            case null or RefusedNode:
                return [];
            case ScalarNode { Text: "" }:
                _findings.Add(Rule.NoValue, KeyPlace(key), $"`{key}` is empty. {Hints.Of(key)}");
                return [];
            case var other:
                _findings.Add(Rule.WrongShape, other,
                    $"`{key}` holds names, each on a line of its own with a colon: `name:`.");
                return [];
        }
    }

    public static string List(IReadOnlyList<string> words, string joint = "and")
    {
        var text = "";
        for (var i = 0; i < words.Count; i++)
            text += (i == 0 ? "" : i == words.Count - 1 ? $" {joint} " : ", ") + $"`{words[i]}`";
        return text;
    }

    /// <summary>The node as a text that is not empty; else null, which is reported.</summary>
    public static ScalarNode? Scalar(Findings findings, YamlNode node, YamlNode place, string what)
    {
        switch (node)
        {
            case ScalarNode { Text.Length: > 0 } scalar:
                return scalar;
            case ScalarNode:
                findings.Add(Rule.NoValue, place, $"{Capital(what)} has no value. {Hints.Of(what.Trim('`'))}");
                return null;
            case RefusedNode:
                return null;
            case SequenceNode:
                findings.Add(Rule.WrongShape, node,
                    $"{Capital(what)} is one text, not a list. Write it without brackets and dashes.");
                return null;
            default:
                findings.Add(Rule.WrongShape, node,
                    $"{Capital(what)} is one text, not keys and values. Put quotes around it if it holds a colon.");
                return null;
        }
    }

    static string Capital(string text) => char.ToUpperInvariant(text[0]) + text.Substring(1);

    static string BadCharacter(string key, char c) => c is '\n' or '\r'
        ? $"`{key}` has to be one line. Write it on one line, or begin it with `>` so that its lines become one."
        : $"`{key}` holds the character U+{(int)c:X4}, which can't be seen or steers a terminal. Delete it.";

    /// <summary>Reports the key and returns the one that was probably meant.</summary>
    string? ReportUnknown(ScalarNode key, Keys keys)
    {
        if (keys.Type is { } type && Keys.AnyField.Contains(key.Text))
        {
            var owners = TypeRule.All.Where(t => t.Keys.Contains(key.Text, StringComparer.Ordinal)).Select(t => t.Name)
                .ToArray();
            _findings.Add(Rule.KeyOfOtherType, key,
                $"`{key.Shown}` is a key of {List(owners)}, not of `{type.Name}`. Delete it, or change the type.");
            return null;
        }

        var meant = Spelling.Nearest(key.Text, keys.All);
        var instead = meant is null ? $"Its keys are {List(keys.All)}." : $"Did you mean `{meant}`?";
        _findings.Add(Rule.UnknownKey, key, $"`{key.Shown}` is not a key of {keys.Owner}. {instead}");
        return meant;
    }
}
