// SPDX-License-Identifier: MIT
// What is wrong with a manifest stands in the build's output at its file, line and column, with the reader's own id and
// words.

using System.Globalization;
using Microsoft.CodeAnalysis;
using Tallymark.Manifests;

namespace Tallymark.Generator.Tests;

public sealed class FindingsTests
{
    [Fact]
    public void A_mistake_is_an_error_of_the_build_at_its_line_and_column()
    {
        var text = Some.Kmpkg.Replace("type: exit-code", "type: exitcode", StringComparison.Ordinal);
        var expected = Assert.Single(ManifestReader.Read(text).Diagnostics);
        var line = text.Split('\n').ToList().FindIndex(l => l.Contains("exitcode", StringComparison.Ordinal)) + 1;
        Assert.Equal(line, expected.Line);

        var built = new Project { Manifest = text }.Build();
        var finding = Assert.Single(built.Findings);
        Assert.Equal(Microsoft.CodeAnalysis.DiagnosticSeverity.Error, finding.Severity);
        Assert.Equal(expected.Format("/project/telemetry.yaml"), Printed(finding));
        Assert.Null(built.Text);
    }

    [Fact]
    public void Every_finding_is_reported_in_its_place()
    {
        var text = Some.Kmpkg
            .Replace("time: second", "time: minute", StringComparison.Ordinal)
            .Replace("groups: [invocation]", "groups: [invocations]", StringComparison.Ordinal);
        var expected = ManifestReader.Read(text).Diagnostics;
        Assert.True(expected.Count >= 5);
        Assert.Equal(
            expected.Select(d => d.Format("/project/telemetry.yaml")),
            new Project { Manifest = text }.Build().Findings.Select(Printed));
    }

    [Fact]
    public void A_warning_leaves_the_API_as_it_is()
    {
        var warnings = ManifestReader.Read(Some.AllTypes).Diagnostics;
        Assert.NotEmpty(warnings);
        var built = new Project { Manifest = Some.AllTypes }.Build();
        Assert.Equal(warnings.Select(d => d.Format("/project/telemetry.yaml")), built.Findings.Select(Printed));
        Assert.NotNull(built.Text);
    }

    [Fact]
    public void An_error_can_t_be_configured_away()
    {
        var finding = new Project { Manifest = "tallymark: 2\n" }.Build().Findings[0];
        Assert.Contains(WellKnownDiagnosticTags.NotConfigurable, finding.Descriptor.CustomTags);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\t")]
    [InlineData("a: [")]
    [InlineData("- 1")]
    [InlineData("\0")]
    public void Whatever_the_file_holds_the_generator_gives_an_error_and_does_not_crash(string text)
    {
        var built = new Project { Manifest = text }.Build();
        Assert.Null(built.Crash);
        Assert.Contains(built.Findings, f => f.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error);
    }

    [Fact]
    public void A_second_manifest_in_one_project_is_an_error_where_it_stands()
    {
        var built = new Project { Manifest = Some.Kmpkg, FurtherManifests = [Some.AllTypes] }.Build();
        var finding = Assert.Single(built.Findings);
        Assert.StartsWith("/project/further0/telemetry.yaml(1,1): error TALLY1001: ", Printed(finding));
        Assert.Null(built.Text);
    }

    // As the compiler prints it.
    static string Printed(Microsoft.CodeAnalysis.Diagnostic finding)
    {
        var place = finding.Location.GetMappedLineSpan();
        return $"{place.Path}({place.StartLinePosition.Line + 1},{place.StartLinePosition.Character + 1}): "
            + $"{finding.Severity.ToString().ToLowerInvariant()} {finding.Id}: "
            + finding.GetMessage(CultureInfo.InvariantCulture);
    }
}
