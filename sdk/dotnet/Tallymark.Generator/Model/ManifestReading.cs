// SPDX-License-Identifier: MIT
// The project's manifest as text, and what reading it gave.

using Tallymark.Manifests;

namespace Tallymark.Generator.Model;

/// <summary>One additional file that is a manifest.</summary>
sealed record ManifestText(string Path, string Text);

/// <summary>One finding, at its place in a manifest. Line and column from 1; without a path it is about the project.</summary>
sealed record Finding(string Path, string Id, bool Error, int Line, int Column, string Message);

/// <summary>What reading gave.</summary>
/// <param name="Tool">The model; null if there is no manifest, or an error in it.</param>
/// <param name="Findings">All findings.</param>
sealed record ManifestReading(ToolModel? Tool, EquatableArray<Finding> Findings)
{
    /// <summary>The id of "a project has one manifest". Those of the manifest itself are below 1000.</summary>
    public const string SecondManifest = "TALLY1001";

    /// <summary>The id of "TallymarkTelemetry is on or off".</summary>
    public const string NeitherOnNorOff = "TALLY1002";

    /// <summary>The id of what is wrong with the distributor's own answers.</summary>
    public const string BadDistribution = "TALLY1003";

    public static ManifestReading Of(IReadOnlyList<ManifestText> texts, Distribution distribution)
    {
        if (texts.Count == 0)
            return new ManifestReading(null, default);

        // An executable starts itself again to upload: it must know for which tool, so one assembly is one tool.
        var others = texts.Skip(1).Select(second => new Finding(second.Path, SecondManifest, true, 1, 1,
            $"the project has another manifest already, '{texts[0].Path}'; "
            + "remove one of the two from TallymarkManifest, or give it a project of its own"));
        var result = ManifestReader.Read(texts[0].Text);
        var findings = result.Diagnostics
            .Select(d => new Finding(
                texts[0].Path, d.Id, d.Severity == DiagnosticSeverity.Error, d.Line, d.Column, d.Message))
            .Concat(others)
            .Concat(distribution.Check().Select(wrong => new Finding("", BadDistribution, true, 0, 0, wrong))).ToEquatable();
        var tool = result.Manifest is null || findings.Any(f => f.Error)
            ? null
            : ToolModelBuilder.Build(result.Manifest, distribution);
        return new ManifestReading(tool, findings);
    }
}
