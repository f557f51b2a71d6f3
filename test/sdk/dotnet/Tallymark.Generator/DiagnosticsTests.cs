// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.Generator.Tests;

/// <summary>
/// The build reports the mistakes of a manifest at their file, line and column, with the id and message of the reader.
/// </summary>
public sealed class DiagnosticsTests
{
    [Fact]
    public void A_mistake_is_a_build_error_at_its_line_and_column()
    {
        var text = Some.Kmpkg.Replace("type: exit-code", "type: exitcode", StringComparison.Ordinal);
        var expected = Assert.Single(ManifestReader.Read(text).Diagnostics);
        var line = text.Split('\n').ToList().FindIndex(l => l.Contains("exitcode", StringComparison.Ordinal)) + 1;
        Assert.Equal(line, expected.Line);

        var built = new Project { Manifest = text }.Build();
        var diagnostic = Assert.Single(built.Diagnostics);
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
        Assert.Equal(expected.Format("/project/telemetry.yaml"), Printed(diagnostic));
        Assert.Null(built.Text);
    }

    [Fact]
    public void Every_diagnostic_is_reported_at_its_position()
    {
        var text = Some.Kmpkg
            .Replace("time: second", "time: minute", StringComparison.Ordinal)
            .Replace("groups: [invocation, crash]", "groups: [invocations, crash]", StringComparison.Ordinal);
        var expected = ManifestReader.Read(text).Diagnostics;
        Assert.True(expected.Count >= 5);
        Assert.Equal(
            expected.Select(d => d.Format("/project/telemetry.yaml")),
            new Project { Manifest = text }.Build().Diagnostics.Select(Printed));
    }

    [Fact]
    public void A_warning_does_not_prevent_the_API()
    {
        var warnings = ManifestReader.Read(Some.AllTypes).Diagnostics;
        Assert.NotEmpty(warnings);
        var built = new Project { Manifest = Some.AllTypes }.Build();
        Assert.Equal(warnings.Select(d => d.Format("/project/telemetry.yaml")), built.Diagnostics.Select(Printed));
        Assert.NotNull(built.Text);
    }

    [Theory]
    [InlineData("warning-machine.yaml", DiagnosticSeverity.Warning)]
    [InlineData("warning-acknowledged-machine.yaml", DiagnosticSeverity.Info)]
    [InlineData("warning-acknowledged-salt.yaml", DiagnosticSeverity.Info)]
    public void An_acknowledged_warning_is_reported_and_does_not_fail_a_build(
        string vector, DiagnosticSeverity severity)
    {
        var text = File.ReadAllText(Repository.PathOf("spec/vectors/manifest", vector));
        var diagnostic = Assert.Single(new Project { Manifest = text }.Build().Diagnostics);
        Assert.Equal(severity, diagnostic.Severity);
        Assert.Equal(
            Assert.Single(ManifestReader.Read(text).Diagnostics).IsAcknowledged, severity == DiagnosticSeverity.Info);
    }

    [Fact]
    public void An_error_cannot_be_configured_away()
    {
        var diagnostic = new Project { Manifest = "tallymark: 2\n" }.Build().Diagnostics[0];
        Assert.Contains(WellKnownDiagnosticTags.NotConfigurable, diagnostic.Descriptor.CustomTags);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\t")]
    [InlineData("a: [")]
    [InlineData("- 1")]
    [InlineData("\0")]
    public void An_invalid_file_is_an_error_and_does_not_crash_the_generator(string text)
    {
        var built = new Project { Manifest = text }.Build();
        Assert.Null(built.Crash);
        Assert.Contains(built.Diagnostics, f => f.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public void A_second_manifest_in_a_project_is_an_error_in_that_file()
    {
        var built = new Project { Manifest = Some.Kmpkg, FurtherManifests = [Some.AllTypes] }.Build();
        var diagnostic = Assert.Single(built.Diagnostics);
        Assert.StartsWith("/project/further0/telemetry.yaml(1,1): error TALLY1001: ", Printed(diagnostic));
        Assert.Null(built.Text);
    }

    // The compiler's format.
    static string Printed(Diagnostic diagnostic)
    {
        var span = diagnostic.Location.GetMappedLineSpan();
        return $"{span.Path}({span.StartLinePosition.Line + 1},{span.StartLinePosition.Character + 1}): "
            + $"{diagnostic.Severity.ToString().ToLowerInvariant()} {diagnostic.Id}: "
            + diagnostic.GetMessage(CultureInfo.InvariantCulture);
    }
}
