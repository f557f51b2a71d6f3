// SPDX-License-Identifier: MIT

using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace Tallymark.Generator.Emit;

/// <summary>
/// Writes indented lines of C#, always with LF, so that the same model produces the same bytes on every system.
/// </summary>
sealed class CodeWriter
{
    readonly StringBuilder _text = new();
    int _depth;

    /// <summary>One line, or an empty one.</summary>
    public CodeWriter Line(string line = "")
    {
        if (line.Length > 0)
            _text.Append(' ', _depth * 4).Append(line);
        _text.Append('\n');
        return this;
    }

    /// <summary>Several lines, each indented; for the fixed parts of the code.</summary>
    public CodeWriter Lines(string lines)
    {
        foreach (var line in lines.Split('\n'))
            Line(line.TrimEnd('\r'));
        return this;
    }

    /// <summary>The summary of the next member's documentation.</summary>
    public CodeWriter Summary(string text) => Line($"/// <summary>{text}</summary>");

    /// <summary>The remarks of the next member's documentation.</summary>
    public CodeWriter Remarks(string text) => Line($"/// <remarks>{text}</remarks>");

    /// <summary>A line with an opening brace below it.</summary>
    public CodeWriter Open(string line)
    {
        Line(line).Line("{");
        _depth++;
        return this;
    }

    /// <summary>Closes the block of <see cref="Open"/>.</summary>
    public CodeWriter Close(string end = "}")
    {
        _depth--;
        return Line(end);
    }

    /// <summary>
    /// A text of several lines as a raw string literal after the start of a statement; its lines are not indented.
    /// </summary>
    public CodeWriter Raw(string start, string text, string end)
    {
        var quotes = "\"\"\"";
        while (text.Contains(quotes))
            quotes += "\"";
        Line(start + quotes);
        _text.Append(text.Replace("\r", "")).Append('\n').Append(quotes).Append(end).Append('\n');
        return this;
    }

    /// <summary>The text so far.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>A C# string literal.</summary>
    public static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}
