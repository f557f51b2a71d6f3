// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>A mapping with known keys. The constructor reports unknown and missing keys.</summary>
sealed class Section
{
    readonly DiagnosticBag _diagnostics;
    readonly Dictionary<string, MappingEntry> _entries = new(StringComparer.Ordinal);

    Section(DiagnosticBag diagnostics, MappingNode node, YamlNode position, SectionKeys keys)
    {
        _diagnostics = diagnostics;
        Position = position;
        var misspelt = new HashSet<string>(StringComparer.Ordinal);
        ScalarNode? cut = null;
        foreach (var entry in node.Entries)
        {
            if (keys.Contains(entry.Key.Text))
            {
                _entries.Add(entry.Key.Text, entry);
                cut = node.IsInBraces && entry.Value is ScalarNode { Text.Length: > 0 } ? entry.Key : null;
            }
            else if (cut is not null && entry.Value is ScalarNode { Text: "" })
                ReportComma(cut, entry.Key);
            else if (ReportUnknown(entry.Key, keys) is { } meant)
                misspelt.Add(meant);
        }

        foreach (var key in keys.Required)
        {
            if (!_entries.ContainsKey(key) && !misspelt.Contains(key))
            {
                diagnostics.Add(DiagnosticKind.MissingKey, position,
                    $"`{key}` is missing; {keys.Owner} requires it. {KeyHints.Of(key)}");
            }
        }
    }

    /// <summary>The position of messages about the section as a whole: its name.</summary>
    public YamlNode Position { get; }

    /// <summary>The section; null if the node is not a mapping, which is reported, or is null.</summary>
    public static Section? Open(DiagnosticBag diagnostics, YamlNode? node, YamlNode position, SectionKeys keys)
    {
        if (node is MappingNode mapping)
            return new Section(diagnostics, mapping, position, keys);
        if (node is ScalarNode { Text: "" })
        {
            diagnostics.Add(DiagnosticKind.NoValue, position,
                $"This section is empty. {Prose.Capitalize(keys.Owner)} requires "
                + $"{Prose.JoinCode(keys.Required, "and")}, on indented lines below its name.");
        }
        else if (node is not (null or RejectedNode))
        {
            diagnostics.Add(DiagnosticKind.WrongShape, node,
                $"{Prose.Capitalize(keys.Owner)} must contain keys. Write each as `key: value` on an indented line. "
                + $"The keys are {Prose.JoinCode(keys.All, "and")}.");
        }

        return null;
    }

    public bool Has(string key) => _entries.ContainsKey(key);

    /// <summary>The value under the key; null if the key is absent.</summary>
    public YamlNode? Value(string key) => _entries.TryGetValue(key, out var entry) ? entry.Value : null;

    /// <summary>The position of the key; the section's position if the key is absent.</summary>
    public YamlNode KeyPosition(string key) => _entries.TryGetValue(key, out var entry) ? entry.Key : Position;

    /// <summary>
    /// The text under the key; null if the key is absent, or if its value is empty or not a text, which is reported.
    /// </summary>
    public ScalarNode? Scalar(string key) =>
        _entries.TryGetValue(key, out var entry) ? Scalar(_diagnostics, entry.Value, entry.Key, $"`{key}`") : null;

    /// <summary>A sentence for people, without the trailing line end of a folded text (<c>&gt;</c>).</summary>
    public string Sentence(string key)
    {
        if (Scalar(key) is not { } scalar)
            return "";
        var text = scalar.Text.Trim(' ', '\n', '\r');
        if (text.Length == 0)
            _diagnostics.Add(DiagnosticKind.NoValue, KeyPosition(key), $"`{key}` has no value. {KeyHints.Of(key)}");
        else if (text.Length > Grammar.MaxTextLength)
        {
            _diagnostics.Add(DiagnosticKind.BadText, scalar,
                $"`{key}` has {text.Length} characters, but at most {Grammar.MaxTextLength} are allowed. Shorten it.");
        }
        else if (Grammar.IndexOfUnprintable(text) is >= 0 and var at)
            _diagnostics.Add(DiagnosticKind.BadText, scalar, UnprintableMessage(key, text[at]));
        if (scalar.IsBeforeComment)
        {
            _diagnostics.Add(DiagnosticKind.CutText, scalar,
                $"`{key}` ends before the `#`, which begins a comment: `{scalar.Shown}`. Put quotes around the text if "
                + "the rest belongs to it, or move the comment to a line of its own.");
        }

        return text;
    }

    /// <summary>
    /// The index of the value among the choices; -1 if the key is absent, or if its value is not a choice, which is
    /// reported.
    /// </summary>
    public int Choice(string key, params string[] choices) =>
        Scalar(key) is { } scalar ? Choice(key, scalar, choices) : -1;

    /// <summary>
    /// The indices of one value or of a list of values among the choices. A value that is not a choice, a repeated one
    /// and an empty list are reported and left out.
    /// </summary>
    public IReadOnlyList<int> Choices(string key, params string[] choices)
    {
        if (Value(key) is not SequenceNode list)
            return Choice(key, choices) is >= 0 and var only ? [only] : [];
        if (list.Items.Count == 0)
            _diagnostics.Add(DiagnosticKind.NoValue, list, $"`{key}` is empty. {KeyHints.Of(key)}");
        return [.. Texts(key).Select(value => Choice(key, value, choices)).Where(index => index >= 0)];
    }

    int Choice(string key, ScalarNode scalar, string[] choices)
    {
        var index = Array.IndexOf(choices, scalar.Text);
        if (index < 0)
        {
            _diagnostics.Add(DiagnosticKind.InvalidChoice, scalar,
                $"`{scalar.Shown}` is not a valid value of `{key}`. "
                + $"Write {Prose.JoinCode(choices, "or")}.{SpellingHint.Suggest(scalar.Text, choices)}");
        }

        return index;
    }

    /// <summary>
    /// The items under the key; empty if the key is absent, or if its value is not a list, which is reported.
    /// </summary>
    public IReadOnlyList<YamlNode> Items(string key)
    {
        switch (Value(key))
        {
            case SequenceNode sequence:
                return sequence.Items;
            case null or RejectedNode:
                return [];
            case ScalarNode { Text: "" }:
                _diagnostics.Add(DiagnosticKind.NoValue, KeyPosition(key), $"`{key}` is empty. {KeyHints.Of(key)}");
                return [];
            case var other:
                _diagnostics.Add(DiagnosticKind.WrongShape, other,
                    $"`{key}` must be a list. Write `[one, two]`, or a line `- one` for each item.");
                return [];
        }
    }

    /// <summary>The texts of a list without repeats, which are reported.</summary>
    public IReadOnlyList<ScalarNode> Texts(string key)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var texts = new List<ScalarNode>();
        foreach (var item in Items(key))
        {
            if (Scalar(_diagnostics, item, item, $"an item of `{key}`") is not { } scalar)
                continue;
            if (seen.Add(scalar.Text))
                texts.Add(scalar);
            else
                _diagnostics.Add(DiagnosticKind.DuplicateItem, scalar,
                    $"`{scalar.Shown}` is already in this list. Delete one of the two.");
        }

        return texts;
    }

    /// <summary>
    /// The named entries under the key, in the file's order; empty if the key is absent, or if its value is not a
    /// mapping, which is reported.
    /// </summary>
    public IReadOnlyList<MappingEntry> Named(string key)
    {
        switch (Value(key))
        {
            case MappingNode mapping:
                return mapping.Entries;
            case null or RejectedNode:
                return [];
            case ScalarNode { Text: "" }:
                _diagnostics.Add(DiagnosticKind.NoValue, KeyPosition(key), $"`{key}` is empty. {KeyHints.Of(key)}");
                return [];
            case var other:
                _diagnostics.Add(DiagnosticKind.WrongShape, other,
                    $"`{key}` must contain names. Write each on its own indented line, such as `name:`.");
                return [];
        }
    }

    /// <summary>The node if it is a text that is not empty; else null, which is reported.</summary>
    public static ScalarNode? Scalar(DiagnosticBag diagnostics, YamlNode node, YamlNode position, string owner)
    {
        switch (node)
        {
            case ScalarNode { Text.Length: > 0 } scalar:
                return scalar;
            case ScalarNode:
                diagnostics.Add(DiagnosticKind.NoValue, position,
                    $"{Prose.Capitalize(owner)} has no value. {KeyHints.Of(owner.Trim('`'))}");
                return null;
            case RejectedNode:
                return null;
            case SequenceNode:
                diagnostics.Add(DiagnosticKind.WrongShape, node,
                    $"{Prose.Capitalize(owner)} must be one text, not a list. Write it without brackets and dashes.");
                return null;
            default:
                diagnostics.Add(DiagnosticKind.WrongShape, node,
                    $"{Prose.Capitalize(owner)} must be one text, not keys and values. Put quotes around it if it "
                    + "contains a colon.");
                return null;
        }
    }

    static string UnprintableMessage(string key, char c) => c is '\n' or '\r'
        ? $"`{key}` must be one line. Write it on one line, or start it with `>`, which joins its lines."
        : $"`{key}` contains the character U+{(int)c:X4}, which is invisible or can control a terminal. Delete it.";

    void ReportComma(ScalarNode key, ScalarNode rest) => _diagnostics.Add(DiagnosticKind.UnknownKey, rest,
        $"A comma between `{{` and `}}` ends a text, so `{rest.Shown}` is not part of `{key.Shown}`. Put quotes around "
        + $"the whole text, such as `{key.Shown}: \"one, two\"`.");

    /// <summary>Reports the key and returns the key that the author probably meant.</summary>
    string? ReportUnknown(ScalarNode key, SectionKeys keys)
    {
        if (keys.Type is { } type && SectionKeys.AnyField.Contains(key.Text))
        {
            var owners = FieldTypeRules.All.Where(t => t.Keys.Contains(key.Text, StringComparer.Ordinal))
                .Select(t => t.Name);
            _diagnostics.Add(DiagnosticKind.KeyOfOtherType, key,
                $"`{key.Shown}` is a key of {Prose.JoinCode(owners, "and")}, not of `{type.Name}`. Delete it, or "
                + "change the type.");
            return null;
        }

        var meant = SpellingHint.Nearest(key.Text, keys.All);
        var instead = meant is null ? $"Its keys are {Prose.JoinCode(keys.All, "and")}." : $"Did you mean `{meant}`?";
        _diagnostics.Add(DiagnosticKind.UnknownKey, key, $"`{key.Shown}` is not a key of {keys.Owner}. {instead}");
        return meant;
    }
}
