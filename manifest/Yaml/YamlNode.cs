// SPDX-License-Identifier: MIT
// The positioned tree between YAML's events and the readers: every value is text, every node knows its place.

namespace Tallymark.Manifests.Yaml;

/// <summary>A node and where it begins, both from 1.</summary>
abstract class YamlNode(int line, int column)
{
    public int Line { get; } = line;

    public int Column { get; } = column;
}

/// <summary>A piece of text, never interpreted: <c>no</c>, <c>on</c> and <c>1.10</c> are what is written.</summary>
sealed class ScalarNode(int line, int column, string text) : YamlNode(line, column)
{
    const int MaxShown = 80;

    public string Text { get; } = text;

    /// <summary>The text as a message quotes it: shortened.</summary>
    public string Shown => Text.Length <= MaxShown ? Text : Text.Substring(0, MaxShown) + "…";
}

sealed class SequenceNode(int line, int column) : YamlNode(line, column)
{
    public List<YamlNode> Items { get; } = [];
}

/// <summary>Entries in the file's order; no key twice.</summary>
sealed class MappingNode(int line, int column) : YamlNode(line, column)
{
    public List<MappingEntry> Entries { get; } = [];
}

readonly struct MappingEntry(ScalarNode key, YamlNode value)
{
    public ScalarNode Key { get; } = key;

    public YamlNode Value { get; } = value;
}

/// <summary>
/// Something that a finding was already reported for, such as an alias: readers pass over it in silence.
/// </summary>
sealed class RefusedNode(int line, int column) : YamlNode(line, column);
