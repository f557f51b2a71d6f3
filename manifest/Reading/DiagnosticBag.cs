// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>
/// Collects the diagnostics of one read. A position outside the text is moved to the nearest one inside.
/// </summary>
sealed class DiagnosticBag
{
    // More than an author reads, and as many as an editor can still display.
    const int MaxDiagnostics = 1000;

    readonly List<ManifestDiagnostic> _added = [];
    readonly List<int> _lineLengths = [];

    readonly bool _wasAccepted;

    /// <summary>An empty bag.</summary>
    /// <param name="text">The manifest's text.</param>
    /// <param name="wasAccepted">True: errors of later rules are warnings.</param>
    public DiagnosticBag(string text, bool wasAccepted = false)
    {
        _wasAccepted = wasAccepted;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            // The line ends of YAML and of the compiler.
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

    /// <inheritdoc cref="Add(DiagnosticKind, int, int, string, bool)"/>
    public void Add(DiagnosticKind kind, YamlNode at, string message, bool acknowledged = false) =>
        Add(kind, at.Line, at.Column, message, acknowledged);

    /// <summary>
    /// Adds a diagnostic. Replaces the unprintable characters of texts that the message quotes, which could break or
    /// control a build log.
    /// </summary>
    public void Add(DiagnosticKind kind, int line, int column, string message, bool acknowledged = false)
    {
        line = Math.Max(1, Math.Min(line, _lineLengths.Count));
        column = Math.Max(1, Math.Min(column, _lineLengths[line - 1] + 1));
        var severity = kind.IsLater && _wasAccepted ? ManifestSeverity.Warning : kind.Severity;
        _added.Add(new ManifestDiagnostic(kind.Id, severity, line, column, Grammar.ReplaceUnprintable(message))
        {
            IsAcknowledged = acknowledged,
        });
        HasErrors |= severity == ManifestSeverity.Error;
    }

    /// <summary>The diagnostics by position, then by id; at most the first 1,000.</summary>
    public IReadOnlyList<ManifestDiagnostic> Sorted()
    {
        _added.Sort((a, b) =>
        {
            var order = a.Line.CompareTo(b.Line);
            if (order == 0)
                order = a.Column.CompareTo(b.Column);
            if (order == 0)
                order = string.CompareOrdinal(a.Id, b.Id);
            return order != 0 ? order : string.CompareOrdinal(a.Message, b.Message);
        });
        return _added.Count <= MaxDiagnostics ? _added : _added.GetRange(0, MaxDiagnostics);
    }
}
