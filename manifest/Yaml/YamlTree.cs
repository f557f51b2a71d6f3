// SPDX-License-Identifier: MIT
// YAML text to a positioned tree, over YamlDotNet's event parser; refuses what a manifest does not need.

using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tallymark.Manifests.Yaml;

/// <summary>Builds the tree of one document.</summary>
sealed class YamlTree
{
    // A manifest is at most 6 deep. The limit keeps a hostile text from exhausting the compiler's stack.
    const int MaxDepth = 16;
    const int MaxLength = 8 * 1024 * 1024;

    readonly Findings _findings;
    readonly Parser _parser;
    bool _stopped;

    readonly string _text;
    readonly Scanner _scanner;

    // The brackets that are open where the parser stands; an error on a later line mostly means that one was not
    // closed.
    readonly Stack<ParsingEvent> _brackets = new();

    YamlTree(string text, Findings findings)
    {
        _text = text;
        _findings = findings;
        _scanner = new Scanner(new StringReader(text), skipComments: true);
        _parser = new Parser(_scanner);
    }

    /// <summary>
    /// The tree, or null if the text is no document that could be read on; the findings then say why.
    /// </summary>
    public static YamlNode? Parse(string text, Findings findings)
    {
        if (text.Length <= MaxLength)
            return new YamlTree(text, findings).Document();
        findings.Add(Rule.TooLarge, 1, 1,
            $"The manifest has more than {MaxLength} characters. Move what is not declaration out of it.");
        return null;
    }

    YamlNode? Document()
    {
        YamlNode? root = null;
        while (Move() is { } current)
        {
            if (current is DocumentStart && root is not null)
            {
                _findings.Add(Rule.SeveralDocuments, Line(current), Column(current),
                    "A manifest is one document. Delete everything from this `---` on.");
                break;
            }

            if (current is not (StreamStart or DocumentStart or DocumentEnd or StreamEnd))
                root = Node(current, 0);
        }

        return _stopped ? null : root;
    }

    YamlNode Node(ParsingEvent current, int depth)
    {
        int line = Line(current), column = Column(current);
        if (current is AnchorAlias alias)
        {
            _findings.Add(Rule.Anchor, line, column,
                $"Aliases are not allowed. Write out what `*{Short(alias.Value.Value)}` stands for.");
            return new RefusedNode(line, column);
        }

        if (current is NodeEvent node)
            RefuseProperties(node, line, column);
        return current switch
        {
            Scalar scalar => new ScalarNode(line, column, scalar.Value),
            SequenceStart { Style: SequenceStyle.Flow } or MappingStart { Style: MappingStyle.Flow } =>
                Bracketed(current, depth),
            _ => Collection(current, depth),
        };
    }

    YamlNode Bracketed(ParsingEvent start, int depth)
    {
        _brackets.Push(start);
        var node = Collection(start, depth);
        if (!_stopped)
            _brackets.Pop();
        return node;
    }

    YamlNode Collection(ParsingEvent start, int depth)
    {
        int line = Line(start), column = Column(start);
        return start switch
        {
            SequenceStart => Sequence(new SequenceNode(line, column), depth + 1),
            MappingStart => Mapping(new MappingNode(line, column), depth + 1),
            _ => new RefusedNode(line, column),
        };
    }

    void RefuseProperties(NodeEvent node, int line, int column)
    {
        if (!node.Anchor.IsEmpty)
            _findings.Add(Rule.Anchor, line, column, $"Anchors are not allowed. Delete `&{Short(node.Anchor.Value)}`.");
        if (!node.Tag.IsEmpty)
        {
            _findings.Add(Rule.Tag, line, column,
                "Tags are not allowed, every value is read as text. Delete what begins with `!`.");
        }
    }

    SequenceNode Sequence(SequenceNode sequence, int depth)
    {
        while (Next(depth, sequence) is { } current && current is not SequenceEnd)
            sequence.Items.Add(Node(current, depth));
        return sequence;
    }

    MappingNode Mapping(MappingNode mapping, int depth)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (Next(depth, mapping) is { } current && current is not MappingEnd)
        {
            var key = Node(current, depth);
            if (Next(depth, mapping) is not { } following)
                break;
            var value = Node(following, depth);
            if (key is not ScalarNode name)
            {
                if (key is not RefusedNode)
                {
                    _findings.Add(Rule.KeyNotText, key.Line, key.Column,
                        "A key has to be a word. Write it without brackets and `?`, such as `name: value`.");
                }
            }
            else if (lines.TryGetValue(name.Text, out var first))
            {
                _findings.Add(Rule.KeyTwice, name.Line, name.Column,
                    $"`{name.Shown}` is already there in line {first}. Delete one of the two.");
            }
            else
            {
                lines.Add(name.Text, name.Line);
                mapping.Entries.Add(new MappingEntry(name, value));
            }
        }

        return mapping;
    }

    /// <summary>The next event inside a collection; null where reading stops.</summary>
    ParsingEvent? Next(int depth, YamlNode at)
    {
        if (!_stopped && depth > MaxDepth)
        {
            _findings.Add(Rule.TooDeep, at.Line, at.Column,
                "Nothing in a manifest is nested this deep. Look for an indentation or a bracket too many.");
            _stopped = true;
        }

        return Move();
    }

    /// <summary>
    /// The next event; null at the end, and from the first mistake in the YAML on, which is reported.
    /// </summary>
    ParsingEvent? Move()
    {
        if (_stopped)
            return null;
        try
        {
            return _parser.MoveNext() ? _parser.Current : null;
        }
        catch (YamlException e)
        {
            ReportNotYaml(e.Start, " " + Sentence(e.Message));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException
            or NullReferenceException or OverflowException)
        {
            // Some broken texts trip the parser itself (seen: `[a` before a line `b:` in YamlDotNet 16.3.0).
            ReportNotYaml(_scanner.CurrentPosition, "");
        }

        _stopped = true;
        return null;
    }

    void ReportNotYaml(Mark mark, string why)
    {
        int line = (int)mark.Line, column = (int)mark.Column;
        if (_brackets.Count > 0 && Line(_brackets.Peek()) < line)
        {
            _findings.Add(Rule.NotYaml, Line(_brackets.Peek()), Column(_brackets.Peek()),
                $"This is not YAML: this bracket is still open in line {line}. "
                + $"Close it with `{(_brackets.Peek() is SequenceStart ? "]" : "}")}`, or put quotes around the text.");
        }
        else if (TabAt(line) is { } tab)
        {
            _findings.Add(Rule.NotYaml, tab.Line, tab.Column,
                "This is not YAML: a tab stands in the indentation. Indent with blanks.");
        }
        else
        {
            _findings.Add(Rule.NotYaml, line, column,
                $"This is not YAML.{why} Check indentation, colons, quotes and brackets here and in the line above; "
                + "quote a text that holds `: ` or ` #`.");
        }
    }

    /// <summary>The first tab in the indentation of that line or the next one.</summary>
    (int Line, int Column)? TabAt(int line)
    {
        var lines = _text.Split('\n');
        for (var i = line - 1; i < Math.Min(line + 1, lines.Length); i++)
        {
            var tab = lines[i].IndexOf('\t');
            if (tab >= 0 && lines[i].Substring(0, tab).Trim().Length == 0)
                return (i + 1, tab + 1);
        }

        return null;
    }

    static int Line(ParsingEvent e) => (int)e.Start.Line;

    static int Column(ParsingEvent e) => (int)e.Start.Column;

    static string Short(string name) => new ScalarNode(1, 1, name).Shown;

    static string Sentence(string message) => message.EndsWith(".", StringComparison.Ordinal) ? message : message + ".";
}
