// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>An error or a warning at one position of a manifest.</summary>
/// <param name="Id"><c>TALLY</c> and four digits; each has a section in <c>docs/diagnostics.md</c>.</param>
/// <param name="Severity">An error makes the manifest unusable, a warning does not.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Message">The mistake, and the text to write instead.</param>
public sealed record ManifestDiagnostic(string Id, ManifestSeverity Severity, int Line, int Column, string Message)
{
    /// <summary>
    /// True for a warning that the manifest acknowledges. A check still reports it; a build that treats warnings as
    /// errors succeeds.
    /// </summary>
    public bool IsAcknowledged { get; init; }

    /// <summary>
    /// The form that editors and build logs turn into a link: <c>telemetry.yaml(12,7): error TALLY0004: ...</c>
    /// </summary>
    public string Format(string path)
    {
        var severity = NameOf(Severity);
        var acknowledged = IsAcknowledged ? " (acknowledged)" : "";
        return $"{path}({Line},{Column}): {severity} {Id}: {Message}{acknowledged}";
    }

    /// <summary>The word of a severity, as MSBuild and editors know it.</summary>
    public static string NameOf(ManifestSeverity severity) => severity switch
    {
        ManifestSeverity.Error => "error",
        ManifestSeverity.Warning => "warning",
        _ => "info",
    };
}

/// <summary>The severity of a <see cref="ManifestDiagnostic"/>.</summary>
public enum ManifestSeverity
{
    /// <summary>The manifest is valid; the author should reconsider this choice.</summary>
    Warning,

    /// <summary>The manifest is not valid.</summary>
    Error,

    /// <summary>The manifest is valid; a choice could protect users better. A build does not report it.</summary>
    Advice,
}
