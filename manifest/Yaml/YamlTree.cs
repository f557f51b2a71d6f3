// SPDX-License-Identifier: MIT

using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tallymark.Manifests.Yaml;

/// <summary>
/// Builds the tree of one document from YamlDotNet's parser events. Rejects the YAML features that a manifest does not
/// need.
/// </summary>
sealed class YamlTree
{
    // A manifest has at most 6 levels. The limit keeps a hostile text from exhausting the compiler's stack.
    const int MaxDepth = 16;
    const int MaxLength = 8 * 1024 * 1024;

    readonly DiagnosticBag _diagnostics;
    readonly Parser _parser;
    bool _stopped;

    readonly string _text;
    readonly Scanner _scanner;

    // The brackets that are open at the parser's position. An error on a later line usually means that one of them was
    // not closed.
    readonly Stack<ParsingEvent> _brackets = new();

    YamlTree(string text, DiagnosticBag diagnostics)
    {
        _text = text;
        _diagnostics = diagnostics;
        _scanner = new Scanner(new StringReader(text), skipComments: true);
        _parser = new Parser(_scanner);
    }

    /// <summary>
    /// The tree; null if the document is empty, or if the text is not YAML, which is reported.
    /// </summary>
    public static YamlNode? Parse(string text, DiagnosticBag diagnostics)
    {
        if (text.Length <= MaxLength)
            return new YamlTree(text, diagnostics).Document();
        diagnostics.Add(DiagnosticKind.TooLarge, 1, 1,
            $"The manifest has more than {MaxLength} characters, the maximum. Shorten its lists of values.");
        return null;
    }

    YamlNode? Document()
    {
        YamlNode? root = null;
        while (Move() is { } current)
        {
            if (current is DocumentStart && root is not null)
            {
                _diagnostics.Add(DiagnosticKind.SeveralDocuments, Line(current), Column(current),
                    "A manifest must be one document. Delete everything from this `---` to the end.");
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
            _diagnostics.Add(DiagnosticKind.Anchor, line, column,
                $"Aliases are not allowed. Replace `*{Short(alias.Value.Value)}` with the text that it refers to.");
            return new RejectedNode(line, column);
        }

        if (current is NodeEvent node)
            RejectProperties(node, line, column);
        return current switch
        {
            Scalar scalar => new ScalarNode(line, column, scalar.Value) { IsBeforeComment = IsBeforeComment(scalar) },
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
            MappingStart mapping => Mapping(
                new MappingNode(line, column) { IsInBraces = mapping.Style == MappingStyle.Flow }, depth + 1),
            _ => new RejectedNode(line, column),
        };
    }

    bool IsBeforeComment(Scalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain)
            return false;
        var at = (int)scalar.End.Index;
        while (at < _text.Length && _text[at] == ' ')
            at++;
        return at > 0 && at < _text.Length && _text[at] == '#' && _text[at - 1] == ' ';
    }

    void RejectProperties(NodeEvent node, int line, int column)
    {
        if (!node.Anchor.IsEmpty)
            _diagnostics.Add(DiagnosticKind.Anchor, line, column,
                $"Anchors are not allowed. Delete `&{Short(node.Anchor.Value)}`.");
        if (!node.Tag.IsEmpty)
        {
            _diagnostics.Add(DiagnosticKind.Tag, line, column,
                "Tags are not allowed: every value is read as text. Delete the word that starts with `!`.");
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
                if (key is not RejectedNode)
                {
                    _diagnostics.Add(DiagnosticKind.KeyNotText, key.Line, key.Column,
                        "A key must be a text. Write it without brackets and `?`, such as `name: value`.");
                }
            }
            else if (lines.TryGetValue(name.Text, out var first))
            {
                _diagnostics.Add(DiagnosticKind.DuplicateKey, name.Line, name.Column,
                    $"The key `{name.Shown}` is already in line {first}. Delete one of the two.");
            }
            else
            {
                lines.Add(name.Text, name.Line);
                mapping.Entries.Add(new MappingEntry(name, value));
            }
        }

        return mapping;
    }

    /// <summary>The next event inside a collection; null after the end or an error.</summary>
    ParsingEvent? Next(int depth, YamlNode at)
    {
        if (!_stopped && depth > MaxDepth)
        {
            _diagnostics.Add(DiagnosticKind.TooDeep, at.Line, at.Column,
                $"This is nested more than {MaxDepth} levels deep, the maximum. Check indentation and brackets.");
            _stopped = true;
        }

        return Move();
    }

    /// <summary>
    /// The next event; null after the end, and after the first YAML error, which is reported.
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
            // Some invalid texts crash the parser itself (seen: `[a` before a line `b:` in YamlDotNet 18.1.0).
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
            _diagnostics.Add(DiagnosticKind.NotYaml, Line(_brackets.Peek()), Column(_brackets.Peek()),
                $"This is not YAML: this bracket is not closed before line {line}. "
                + $"Close it with `{(_brackets.Peek() is SequenceStart ? "]" : "}")}`, or put quotes around the text.");
        }
        else if (TabAt(line) is { } tab)
        {
            _diagnostics.Add(DiagnosticKind.NotYaml, tab.Line, tab.Column,
                "This is not YAML: the indentation contains a tab. Indent with spaces.");
        }
        else
        {
            _diagnostics.Add(DiagnosticKind.NotYaml, line, column,
                $"This is not YAML.{why} Check indentation, colons, quotes and brackets in this line and the one "
                + "above; put quotes around a text that contains `: ` or ` #`.");
        }
    }

    /// <summary>
    /// The first tab in the indentation of that line or the next one. The parser reports some tabs at the start of the
    /// block or of the text, so then it is the first tab after it.
    /// </summary>
    (int Line, int Column)? TabAt(int line) => TabIn(line, 2) ?? TabIn(line, int.MaxValue);

    (int Line, int Column)? TabIn(int line, int count)
    {
        var lines = _text.Split('\n');
        for (var i = line - 1; i < Math.Min((long)line - 1 + count, lines.Length); i++)
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
