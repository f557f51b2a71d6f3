// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace Tallymark.Manifests.Documents;

/// <summary>
/// Writes indented JSON. The caller matches each <see cref="Open"/> with a <see cref="Close"/>. netstandard2.0 has no
/// JSON writer, and the compiler should not load another package for one.
/// </summary>
sealed class JsonBuilder
{
    readonly StringBuilder _text = new();
    int _depth;
    bool _first = true;

    public override string ToString() => _text.ToString() + "\n";

    public JsonBuilder Open(char bracket, string? name = null)
    {
        Begin(name);
        _text.Append(bracket);
        _depth++;
        _first = true;
        return this;
    }

    public void Close(char bracket)
    {
        _depth--;
        if (!_first)
            NewLine();
        _text.Append(bracket);
        _first = false;
    }

    public void Write(string? name, string value)
    {
        Begin(name);
        Quote(value);
    }

    public void Write(string name, bool value)
    {
        Begin(name);
        _text.Append(value ? "true" : "false");
    }

    public void Write(string name, long value)
    {
        Begin(name);
        _text.Append(value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>An array of texts on one line.</summary>
    public void Write(string name, IReadOnlyList<string> values)
    {
        Begin(name);
        for (var i = 0; i < values.Count; i++)
        {
            _text.Append(i == 0 ? "[" : ", ");
            Quote(values[i]);
        }

        _text.Append(values.Count == 0 ? "[]" : "]");
    }

    /// <summary>An array of numbers on one line.</summary>
    public void Write(string name, IReadOnlyList<long> values)
    {
        Begin(name);
        var numbers = values.Select(v => v.ToString(CultureInfo.InvariantCulture));
        _text.Append('[').Append(string.Join(", ", numbers)).Append(']');
    }

    void Begin(string? name)
    {
        if (!_first)
            _text.Append(',');
        _first = false;
        if (_depth > 0)
            NewLine();
        if (name is null)
            return;
        Quote(name);
        _text.Append(": ");
    }

    void NewLine() => _text.Append('\n').Append(' ', _depth * 2);

    void Quote(string value)
    {
        _text.Append('"');
        foreach (var c in value)
        {
            if (c is '"' or '\\')
                _text.Append('\\').Append(c);
            else if (MustEscape(c))
                _text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                _text.Append(c);
        }

        _text.Append('"');
    }

    // JSON requires the first group. The others would end a script element or a line of JavaScript, or are halves of
    // surrogate pairs, which have no UTF-8 form (a pair written as two escapes means the same character).
    static bool MustEscape(char c) =>
        c < ' ' || c is '<' or '>' or '&' or '\x7f' or '\u2028' or '\u2029' || char.IsSurrogate(c);
}
