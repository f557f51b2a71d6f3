// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Generator;

/// <summary>
/// Generates a project's typed telemetry API from its manifest, the additional file that
/// <c>build/net10.0/Tallymark.targets</c> marks with <c>TallymarkManifest=true</c>. Reports the manifest's errors and
/// warnings at their line and column. Each step is named, and its result is compared by value, so that typing in an
/// editor repeats none of them: manifest, parse, then diagnostics and tool, then the source with the settings of the
/// project.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class TelemetryGenerator : IIncrementalGenerator
{
    internal const string ManifestStep = "Manifest";
    internal const string ParseStep = "Parse";
    internal const string DiagnosticsStep = "Diagnostics";
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
        var parsed = manifests.Collect().Combine(distribution)
            .Select((pair, _) => ParsedManifest.Of(pair.Left, pair.Right))
            .WithTrackingName(ParseStep);
        var diagnostics = parsed.Select((r, _) => r.Diagnostics).WithTrackingName(DiagnosticsStep);
        var tool = parsed.Select((r, _) => r.Tool).WithTrackingName(ToolStep);
        var settings = context.AnalyzerConfigOptionsProvider
            .Select((options, _) => BuildSettings.From(options.GlobalOptions))
            .WithTrackingName(SettingsStep);

        context.RegisterSourceOutput(diagnostics, Report);
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
        if (settings.IsValid)
            return;
        var message = $"TallymarkTelemetry is `{settings.Telemetry}`, but must be `on` or `off`. "
            + "Set it to `off` for a build without telemetry; the default is `on`.";
        output.ReportDiagnostic(RoslynDiagnostic.Create(
            new DiagnosticModel("", ParsedManifest.InvalidSwitch, true, 0, 0, message)));
    }

    static void Report(SourceProductionContext output, EquatableArray<DiagnosticModel> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
            output.ReportDiagnostic(RoslynDiagnostic.Create(diagnostic));
    }
}
