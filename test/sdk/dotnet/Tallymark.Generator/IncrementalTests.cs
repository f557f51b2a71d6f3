// SPDX-License-Identifier: MIT
// What the compiler may keep from one run to the next: typing in an editor must not generate anything again.

using Microsoft.CodeAnalysis;
using static Microsoft.CodeAnalysis.IncrementalStepRunReason;

namespace Tallymark.Generator.Tests;

public sealed class IncrementalTests
{
    static readonly Project Kmpkg = new() { Manifest = Some.Kmpkg, Sources = ["class Program;"] };

    [Fact]
    public void The_first_run_makes_everything()
    {
        var driver = FirstRun();
        Assert.Equal((New, New, New, New, New, New), Reasons(driver));
    }

    [Fact]
    public void A_change_of_the_program_makes_nothing_again()
    {
        var driver = Run(FirstRun(), Kmpkg with { Sources = ["class Program;", "class More;"] });
        Assert.Equal((Cached, Cached, Cached, Cached, Cached, Cached), Reasons(driver));
    }

    [Fact]
    public void A_comment_in_the_manifest_is_read_and_nothing_more()
    {
        var driver = Run(FirstRun(), Kmpkg with { Manifest = Some.Kmpkg + "# the end\n" });
        Assert.Equal((Modified, Unchanged, Cached, Cached, Cached, Cached), Reasons(driver));
    }

    [Fact]
    public void A_new_word_in_the_manifest_makes_the_source_again()
    {
        var changed = Some.Kmpkg.Replace("taken out again", "removed", StringComparison.Ordinal);
        var driver = Run(FirstRun(), Kmpkg with { Manifest = changed });
        Assert.Equal((Modified, Modified, Unchanged, Modified, Cached, Modified), Reasons(driver));
        Assert.Contains("removed", driver.GetRunResult().GeneratedTrees.Single().ToString());
    }

    [Fact]
    public void A_mistake_takes_the_source_away_and_its_mending_brings_it_back()
    {
        var broken = Run(FirstRun(), Kmpkg with { Manifest = Some.Kmpkg + "suprise: 1\n" });
        Assert.Empty(broken.GetRunResult().GeneratedTrees);
        Assert.Single(broken.GetRunResult().Diagnostics);
        var mended = Run(broken.ReplaceAdditionalTexts(Kmpkg.AdditionalTexts()), Kmpkg);
        Assert.Single(mended.GetRunResult().GeneratedTrees);
        Assert.Empty(mended.GetRunResult().Diagnostics);
    }

    [Fact]
    public void The_same_settings_in_another_object_make_nothing_again()
    {
        var driver = Run(FirstRun(), Kmpkg, newOptions: true);
        Assert.Equal((Unchanged, Cached, Cached, Cached, Unchanged, Cached), Reasons(driver));
    }

    [Fact]
    public void A_new_version_of_the_tool_makes_the_source_again_without_reading_the_manifest()
    {
        var driver = Run(FirstRun(), Kmpkg with { Version = "1.4.3" }, newOptions: true);
        Assert.Equal((Unchanged, Cached, Cached, Cached, Modified, Modified), Reasons(driver));
        Assert.Contains("Version = \"1.4.3\"", driver.GetRunResult().GeneratedTrees.Single().ToString());
    }

    [Fact]
    public void Another_additional_file_makes_nothing_again()
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

    // Of the steps manifest, reading, findings, tool, settings, source.
    static (IncrementalStepRunReason, IncrementalStepRunReason, IncrementalStepRunReason, IncrementalStepRunReason,
        IncrementalStepRunReason, IncrementalStepRunReason) Reasons(GeneratorDriver driver)
    {
        var steps = driver.GetRunResult().Results.Single().TrackedSteps;
        return (Of(TelemetryGenerator.ManifestStep), Of(TelemetryGenerator.ReadingStep),
            Of(TelemetryGenerator.FindingsStep), Of(TelemetryGenerator.ToolStep),
            Of(TelemetryGenerator.SettingsStep), Of(TelemetryGenerator.SourceStep));

        IncrementalStepRunReason Of(string step) => steps[step].SelectMany(s => s.Outputs).Single().Reason;
    }
}
