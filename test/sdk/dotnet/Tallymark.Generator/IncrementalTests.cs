// SPDX-License-Identifier: MIT

using static Microsoft.CodeAnalysis.IncrementalStepRunReason;

namespace Tallymark.Generator.Tests;

/// <summary>
/// The results that the compiler can keep from one run to the next: typing in an editor must not generate anything
/// again.
/// </summary>
public sealed class IncrementalTests
{
    static readonly Project Kmpkg = new() { Manifest = Some.Kmpkg, Sources = ["class Program;"] };

    [Fact]
    public void The_first_run_computes_everything()
    {
        var driver = FirstRun();
        Assert.Equal((New, New, New, New, New, New), Reasons(driver));
    }

    [Fact]
    public void A_change_of_the_program_repeats_no_step()
    {
        var driver = Run(FirstRun(), Kmpkg with { Sources = ["class Program;", "class More;"] });
        Assert.Equal((Cached, Cached, Cached, Cached, Cached, Cached), Reasons(driver));
    }

    [Fact]
    public void A_comment_in_the_manifest_only_repeats_the_parse()
    {
        var driver = Run(FirstRun(), Kmpkg with { Manifest = Some.Kmpkg + "# the end\n" });
        Assert.Equal((Modified, Unchanged, Cached, Cached, Cached, Cached), Reasons(driver));
    }

    [Fact]
    public void A_changed_text_in_the_manifest_regenerates_the_source()
    {
        var changed = Some.Kmpkg.Replace("in which one a failure began", "where a failure began",
            StringComparison.Ordinal);
        var driver = Run(FirstRun(), Kmpkg with { Manifest = changed });
        Assert.Equal((Modified, Modified, Unchanged, Modified, Cached, Modified), Reasons(driver));
        Assert.Contains("where a failure began", driver.GetRunResult().GeneratedTrees.Single().ToString());
    }

    [Fact]
    public void A_mistake_removes_the_source_and_its_correction_restores_it()
    {
        var broken = Run(FirstRun(), Kmpkg with { Manifest = Some.Kmpkg + "suprise: 1\n" });
        Assert.Empty(broken.GetRunResult().GeneratedTrees);
        Assert.Single(broken.GetRunResult().Diagnostics);
        var corrected = Run(broken.ReplaceAdditionalTexts(Kmpkg.AdditionalTexts()), Kmpkg);
        Assert.Single(corrected.GetRunResult().GeneratedTrees);
        Assert.Empty(corrected.GetRunResult().Diagnostics);
    }

    [Fact]
    public void Equal_settings_in_another_object_repeat_no_step()
    {
        var driver = Run(FirstRun(), Kmpkg, newOptions: true);
        Assert.Equal((Unchanged, Cached, Cached, Cached, Unchanged, Cached), Reasons(driver));
    }

    [Fact]
    public void A_new_version_of_the_tool_regenerates_the_source_without_a_parse()
    {
        var driver = Run(FirstRun(), Kmpkg with { Version = "1.4.3" }, newOptions: true);
        Assert.Equal((Unchanged, Cached, Cached, Cached, Modified, Modified), Reasons(driver));
        Assert.Contains("version: \"1.4.3\"", driver.GetRunResult().GeneratedTrees.Single().ToString());
    }

    [Fact]
    public void Another_additional_file_repeats_no_step()
    {
        var other = (Kmpkg with { Manifest = null, OtherFiles = ["more"] }).AdditionalTexts();
        var driver = Run(FirstRun().AddAdditionalTexts(other), Kmpkg);
        Assert.Equal((Cached, Cached, Cached, Cached, Cached, Cached), Reasons(driver));
    }

    static GeneratorDriver FirstRun() =>
        Kmpkg.Driver().RunGenerators(Kmpkg.Compilation(), TestContext.Current.CancellationToken);

    static GeneratorDriver Run(GeneratorDriver driver, Project project, bool newOptions = false)
    {
        if (newOptions)
            driver = driver.WithUpdatedAnalyzerConfigOptions(project.Options());
        else if (project.Manifest != Kmpkg.Manifest)
            driver = driver.ReplaceAdditionalTexts(project.AdditionalTexts());
        return driver.RunGenerators(project.Compilation(), TestContext.Current.CancellationToken);
    }

    // The reasons of the steps manifest, parse, diagnostics, tool, settings, source.
    static (IncrementalStepRunReason, IncrementalStepRunReason, IncrementalStepRunReason, IncrementalStepRunReason,
        IncrementalStepRunReason, IncrementalStepRunReason) Reasons(GeneratorDriver driver)
    {
        var steps = driver.GetRunResult().Results.Single().TrackedSteps;
        return (Of(TelemetryGenerator.ManifestStep), Of(TelemetryGenerator.ParseStep),
            Of(TelemetryGenerator.DiagnosticsStep), Of(TelemetryGenerator.ToolStep),
            Of(TelemetryGenerator.SettingsStep), Of(TelemetryGenerator.SourceStep));

        IncrementalStepRunReason Of(string step) => steps[step].SelectMany(s => s.Outputs).Single().Reason;
    }
}
