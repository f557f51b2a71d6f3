// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Yaml;

/// <summary>A node of the parsed document with the line and column of its start, both from 1.</summary>
abstract class YamlNode(int line, int column)
{
    public int Line { get; } = line;

    public int Column { get; } = column;
}

/// <summary>A text, never interpreted: <c>no</c>, <c>on</c> and <c>1.10</c> keep their spelling.</summary>
sealed class ScalarNode(int line, int column, string text) : YamlNode(line, column)
{
    const int MaxShownLength = 80;

    public string Text { get; } = text;

    /// <summary>
    /// True if a comment follows on the same line, so that a text may end earlier than its author meant.
    /// </summary>
    public bool IsBeforeComment { get; init; }

    /// <summary>The text as a message quotes it, truncated to 80 characters.</summary>
    public string Shown => Text.Length <= MaxShownLength ? Text : Text.Substring(0, MaxShownLength) + "…";
}

sealed class SequenceNode(int line, int column) : YamlNode(line, column)
{
    public List<YamlNode> Items { get; } = [];
}

/// <summary>Entries in the file's order, without duplicate keys.</summary>
sealed class MappingNode(int line, int column) : YamlNode(line, column)
{
    public List<MappingEntry> Entries { get; } = [];

    /// <summary>True if it is written with braces, where a comma ends a text.</summary>
    public bool IsInBraces { get; init; }
}

readonly struct MappingEntry(ScalarNode key, YamlNode value)
{
    public ScalarNode Key { get; } = key;

    public YamlNode Value { get; } = value;
}

/// <summary>
/// A node that has already been reported, such as an alias. Readers skip it without another diagnostic.
/// </summary>
sealed class RejectedNode(int line, int column) : YamlNode(line, column);
