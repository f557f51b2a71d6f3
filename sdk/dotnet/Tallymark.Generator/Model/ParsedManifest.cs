// SPDX-License-Identifier: MIT

namespace Tallymark.Generator.Model;

/// <summary>An additional file that is a manifest.</summary>
sealed record ManifestText(string Path, string Text);

/// <summary>
/// A diagnostic as a value without symbols. Line and column are from 1. An empty path: it concerns the project, not a
/// position in a file.
/// </summary>
sealed record DiagnosticModel(string Path, string Id, bool IsError, int Line, int Column, string Message)
{
    /// <summary>True for a warning that the manifest acknowledges.</summary>
    public bool IsAcknowledged { get; init; }
}

/// <summary>The result of reading the project's manifest.</summary>
/// <param name="Tool">The model; null if there is no manifest, or if there is an error.</param>
/// <param name="Diagnostics">All errors and warnings.</param>
sealed record ParsedManifest(ToolModel? Tool, EquatableArray<DiagnosticModel> Diagnostics)
{
    /// <summary>A project has more than one manifest. The ids of the manifest reader are below 1000.</summary>
    public const string SecondManifest = "TALLY1001";

    /// <summary>TallymarkTelemetry is neither on nor off.</summary>
    public const string InvalidSwitch = "TALLY1002";

    /// <summary>A property of the build's distributor is not valid.</summary>
    public const string BadDistribution = "TALLY1003";

    public static ParsedManifest Of(IReadOnlyList<ManifestText> texts, Distribution distribution)
    {
        if (texts.Count == 0)
            return new ParsedManifest(null, default);

        // An executable starts itself again to upload and must know for which tool, so one assembly is one tool.
        var others = texts.Skip(1).Select(second => new DiagnosticModel(second.Path, SecondManifest, true, 1, 1,
            $"The project already has the manifest `{texts[0].Path}`. "
            + "Remove one of the two from TallymarkManifest, or move it to another project."));
        var result = ManifestReader.Read(texts[0].Text);
        var diagnostics = result.Diagnostics
            .Where(d => d.Severity != ManifestSeverity.Advice) // only `tallymark check` prints it
            .Select(d => new DiagnosticModel(
                texts[0].Path, d.Id, d.Severity == ManifestSeverity.Error, d.Line, d.Column, d.Message)
            {
                IsAcknowledged = d.IsAcknowledged,
            })
            .Concat(others)
            .Concat(distribution.Check().Select(
                mistake => new DiagnosticModel("", BadDistribution, true, 0, 0, mistake)))
            .ToEquatable();
        var tool = result.Manifest is null || diagnostics.Any(d => d.IsError)
            ? null
            : ToolModelBuilder.Build(result.Manifest, distribution);
        return new ParsedManifest(tool, diagnostics);
    }
}
