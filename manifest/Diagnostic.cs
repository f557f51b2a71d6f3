// SPDX-License-Identifier: MIT
// One thing that is wrong, or worth a second thought, at one place of a manifest.

namespace Tallymark.Manifests;

/// <summary>One finding of a check.</summary>
/// <param name="Id"><c>TALLY</c> and four digits; each has a section in <c>docs/diagnostics.md</c>.</param>
/// <param name="Severity">An error keeps the manifest from being used, a warning does not.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record Diagnostic(string Id, DiagnosticSeverity Severity, int Line, int Column, string Message)
{
    /// <summary>The form that editors and build logs link: <c>telemetry.yaml(12,7): error TALLY0004: ...</c></summary>
    public string Format(string path) =>
        $"{path}({Line},{Column}): {(Severity == DiagnosticSeverity.Error ? "error" : "warning")} {Id}: {Message}";
}

/// <summary>How bad a finding is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Allowed, but worth a second thought.</summary>
    Warning,

    /// <summary>The manifest can't be used.</summary>
    Error,
}
