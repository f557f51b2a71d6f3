// SPDX-License-Identifier: MIT
// The generator that the compiler loads: from a project's manifest to its typed telemetry API.

using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using Tallymark.Generator.Emit;
using Tallymark.Generator.Model;

namespace Tallymark.Generator;

/// <summary>
/// Takes the additional file that <c>build/Tallymark.targets</c> marks with <c>TallymarkManifest=true</c>, reports what
/// is wrong with it at its line and column, and writes one class for the tool. Steps, each named and compared by value,
/// so that typing in an editor repeats none of them: manifest, reading, then findings and tool, then with the project's
/// settings the source.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class TelemetryGenerator : IIncrementalGenerator
{
    internal const string ManifestStep = "Manifest";
    internal const string ReadingStep = "Reading";
    internal const string FindingsStep = "Findings";
    internal const string ToolStep = "Tool";
    internal const string SettingsStep = "Settings";
    internal const string DistributionStep = "Distribution";
    internal const string SourceStep = "Source";

    /// <inheritdoc />
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var manifests = context.AdditionalTextsProvider
            .Combine(context.AnalyzerConfigOptionsProvider)
            .Where(pair => pair.Right.GetOptions(pair.Left)
                .TryGetValue("build_metadata.AdditionalFiles.TallymarkManifest", out var marked)
                && string.Equals(marked, "true", StringComparison.OrdinalIgnoreCase))
            .Select((pair, stop) => new ManifestText(pair.Left.Path, pair.Left.GetText(stop)?.ToString() ?? ""))
            .WithTrackingName(ManifestStep);
        var distribution = context.AnalyzerConfigOptionsProvider
            .Select((options, _) => BuildSettings.DistributionOf(options.GlobalOptions))
            .WithTrackingName(DistributionStep);
        var reading = manifests.Collect().Combine(distribution)
            .Select((pair, _) => ManifestReading.Of(pair.Left, pair.Right))
            .WithTrackingName(ReadingStep);
        var findings = reading.Select((r, _) => r.Findings).WithTrackingName(FindingsStep);
        var tool = reading.Select((r, _) => r.Tool).WithTrackingName(ToolStep);
        var settings = context.AnalyzerConfigOptionsProvider
            .Select((options, _) => BuildSettings.From(options.GlobalOptions))
            .WithTrackingName(SettingsStep);

        context.RegisterSourceOutput(findings, Report);
        context.RegisterSourceOutput(settings, ReportSettings);
        context.RegisterSourceOutput(tool.Combine(settings).WithTrackingName(SourceStep), (output, pair) =>
        {
            if (pair.Left is not { } model)
                return;
            var code = SourceText.From(pair.Right.IsOff
                ? CompiledOutWriter.Write(model, pair.Right)
                : ToolWriter.Write(model, pair.Right), new UTF8Encoding(false));
            output.AddSource(model.ClassName + ".g.cs", code);
        });
    }

    static void ReportSettings(SourceProductionContext output, BuildSettings settings)
    {
        if (settings.IsKnown)
            return;
        output.ReportDiagnostic(FindingDiagnostic.Of(new Finding("", ManifestReading.NeitherOnNorOff, true, 0, 0,
            "TallymarkTelemetry is `" + settings.Telemetry + "`. Write `off` for a build without telemetry, `on` or nothing for one with it.")));
    }

    static void Report(SourceProductionContext output, EquatableArray<Finding> findings)
    {
        foreach (var finding in findings)
            output.ReportDiagnostic(FindingDiagnostic.Of(finding));
    }
}
