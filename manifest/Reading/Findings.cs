// SPDX-License-Identifier: MIT
// Collects what is wrong while a manifest is read, and puts it in the order of the text.

namespace Tallymark.Manifests.Reading;

/// <summary>The findings of one read. Places outside the text are moved to its nearest end.</summary>
sealed class Findings
{
    // More than anybody reads, and few enough for an editor to show.
    const int MaxFindings = 1000;

    readonly List<Diagnostic> _found = [];
    readonly List<int> _lineLengths = [];

    public Findings(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            // What YAML and the compiler take as the end of a line.
            if (text[i] is not ('\n' or '\r' or '\u0085' or '\u2028' or '\u2029'))
                continue;
            _lineLengths.Add(i - start);
            if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
                i++;
            start = i + 1;
        }

        _lineLengths.Add(text.Length - start);
    }

    public bool HasErrors { get; private set; }

    public void Add(Rule rule, YamlNode at, string message) => Add(rule, at.Line, at.Column, message);

    /// <summary>Adds a finding. What the message quotes can't break or steer a build log.</summary>
    public void Add(Rule rule, int line, int column, string message)
    {
        line = Math.Max(1, Math.Min(line, _lineLengths.Count));
        column = Math.Max(1, Math.Min(column, _lineLengths[line - 1] + 1));
        _found.Add(new Diagnostic(rule.Id, rule.Severity, line, column, Words.Visible(message)));
        HasErrors |= rule.Severity == DiagnosticSeverity.Error;
    }

    /// <summary>The findings by place, at most the first 1,000; those of one place in the order of their ids.</summary>
    public IReadOnlyList<Diagnostic> Sorted()
    {
        _found.Sort((a, b) =>
        {
            var order = a.Line.CompareTo(b.Line);
            if (order == 0)
                order = a.Column.CompareTo(b.Column);
            if (order == 0)
                order = string.CompareOrdinal(a.Id, b.Id);
            return order != 0 ? order : string.CompareOrdinal(a.Message, b.Message);
        });
        return _found.Count <= MaxFindings ? _found : _found.GetRange(0, MaxFindings);
    }
}
