// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>Consent: which source decides, in which order, and that it is checked again for each event.</summary>
public sealed class ConsentTests
{
    static readonly ToolDefinition Tool = SampleTelemetry.Tool;

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("0", true)]
    [InlineData("false", true)]
    [InlineData("FALSE", false)]
    [InlineData("  ", false)]
    [InlineData("0 ", false)]
    [InlineData("1", false)]
    [InlineData("true", false)]
    [InlineData("no", false)]
    [InlineData("off", false)]
    [InlineData("00", false)]
    [InlineData("anything", false)]
    public void Do_not_track_means_off_for_all_but_empty_zero_and_false(string? value, bool on) =>
        Check(new ConsentSources { DoNotTrack = value }, on, on ? ConsentSource.Default : ConsentSource.DoNotTrack);

    [Theory]
    [InlineData(null, true)]
    [InlineData("", false)]
    [InlineData("0", false)]
    [InlineData("yes", false)]
    public void A_variable_of_the_kind_present_means_off_with_any_value(string? value, bool on) =>
        Check(
            new ConsentSources { Variables = [value, null] }, on, on ? ConsentSource.Default : ConsentSource.Variable);

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("0", true)]
    [InlineData("No", true)]
    [InlineData("off", true)]
    [InlineData("False", true)]
    [InlineData("1", false)]
    [InlineData("yes", false)]
    [InlineData("true", false)]
    public void A_variable_of_the_kind_true_means_off_with_a_value_that_says_yes(string? value, bool on) =>
        Check(
            new ConsentSources { Variables = [null, value] }, on, on ? ConsentSource.Default : ConsentSource.Variable);

    [Fact]
    public void The_first_source_that_applies_decides()
    {
        var all = new ConsentSources
        {
            Policy = new Policy(Off: true),
            PolicyFile = "/policy",
            Choice = Choice.Parse("tallymark-choice 1\ntelemetry off\n", "/choice"),
            DoNotTrack = "1",
            Variables = ["", "1"],
            OptionGiven = true,
            MarkerFound = true,
            CiName = "CI",
            CiValue = "true",
        };
        Assert.Equal(new ConsentDecision(false, ConsentSource.Policy, "/policy"), all.Decide(Tool));
        all.Policy = new Policy(false, null, "spoiled");
        Assert.Equal(new ConsentDecision(false, ConsentSource.Policy, "/policy", "spoiled"), all.Decide(Tool));
        all.Policy = new Policy(false, new Redirect("https://collector.example/", "us"));
        Assert.Equal(new ConsentDecision(false, ConsentSource.DoNotTrack, "DO_NOT_TRACK", "1"), all.Decide(Tool));
        all.DoNotTrack = "0";
        Assert.Equal(new ConsentDecision(false, ConsentSource.Variable, "SAMPLE_OFF", ""), all.Decide(Tool));
        all.Variables = [null, "1"];
        Assert.Equal(new ConsentDecision(false, ConsentSource.Variable, "SAMPLE_QUIET", "1"), all.Decide(Tool));
        all.Variables = [null, "0"];
        Assert.Equal(new ConsentDecision(false, ConsentSource.Option, "--disable-metrics"), all.Decide(Tool));
        all.OptionGiven = false;
        Assert.Equal(new ConsentDecision(false, ConsentSource.Marker, "sample.disable-metrics"), all.Decide(Tool));
        all.MarkerFound = false;
        Assert.Equal(new ConsentDecision(false, ConsentSource.Ci, "CI", "true"), all.Decide(Tool));
        all.CiName = null;
        Assert.Equal(new ConsentDecision(false, ConsentSource.Choice, "/choice"), all.Decide(Tool));
        all.Choice = Choice.None;
        Assert.Equal(new ConsentDecision(true, ConsentSource.Default), all.Decide(Tool));
    }

    [Theory]
    [InlineData(true, "on", true, ConsentSource.Choice)]
    [InlineData(false, "on", true, ConsentSource.Choice)]
    [InlineData(true, "off", false, ConsentSource.Choice)]
    [InlineData(false, "off", false, ConsentSource.Choice)]
    [InlineData(true, null, true, ConsentSource.Default)]
    [InlineData(false, null, false, ConsentSource.Default)]
    public void The_choice_takes_precedence_over_the_default_only(bool defaultOn, string? saved, bool on, object source)
    {
        var tool = SampleTelemetry.Define("sample-tool", NoticeChannels.Setup, defaultOn);
        var sources = new ConsentSources
        {
            Choice = saved is null ? Choice.None : Choice.Parse("tallymark-choice 1\ntelemetry " + saved + "\n"),
        };
        Assert.Equal((on, source), (sources.Decide(tool).On, (object)sources.Decide(tool).Source));
        foreach (var (above, speaks) in new[]
        {
            (ConsentSource.Ci, sources with { CiName = "CI", CiValue = "1" }),
            (ConsentSource.Marker, sources with { MarkerFound = true }),
            (ConsentSource.Marker, sources with { MarkerError = "no right" }),
            (ConsentSource.Option, sources with { OptionGiven = true }),
            (ConsentSource.Variable, sources with { Variables = ["", null] }),
            (ConsentSource.DoNotTrack, sources with { DoNotTrack = "yes" }),
            (ConsentSource.Policy, sources with { Policy = new Policy(Off: true) }),
        })
        {
            Assert.Equal((false, above), (speaks.Decide(tool).On, speaks.Decide(tool).Source));
        }
    }

    [Theory]
    [InlineData("CI", "true", "CI")]
    [InlineData("CI", "woodpecker", "CI")]
    [InlineData("CI", "false", null)]
    [InlineData("CI", "0", null)]
    [InlineData("CI", "", null)]
    [InlineData("GITHUB_ACTIONS", "true", "GITHUB_ACTIONS")]
    [InlineData("TF_BUILD", "False", null)]
    [InlineData("JENKINS_URL", "https://jenkins.invalid", "JENKINS_URL")]
    [InlineData("BUILD_ID", "7", null)]
    public void The_table_of_automated_builds(string name, string value, string? found)
    {
        using var home = new UserHome();
        home[name] = value;
        Assert.Equal(found, CiTable.Find(home.SdkEnvironment));
    }

    [Fact]
    public void Some_automated_builds_are_detected_by_two_variables()
    {
        using var home = new UserHome();
        home["BUILD_ID"] = "7";
        home["PROJECT_ID"] = "p";
        Assert.Equal("BUILD_ID", CiTable.Find(home.SdkEnvironment));
    }

    [Fact]
    public void The_marker_beside_the_program_switches_off()
    {
        using var home = new UserHome().Agreed();
        Assert.True(home.Start().IsOn);
        File.WriteAllText(Path.Combine(home.Program, "sample.disable-metrics"), "");
        Assert.False(home.Start().IsOn);
    }

    [Fact]
    public void A_marker_whose_existence_cannot_be_checked_switches_off()
    {
        using var home = new UserHome().Agreed();
        File.CreateSymbolicLink(Path.Combine(home.Path, "loop"), Path.Combine(home.Path, "loop"));
        var surroundings = new SdkEnvironment
        {
            Variables = home.SdkEnvironment.Variables,
            ProgramFolder = Path.Combine(home.Path, "loop"),
        };
        var decision = new ConsentWatch(Tool, optionGiven: false, surroundings).Ask();
        Assert.False(decision.On);
        Assert.Equal(ConsentSource.Marker, decision.Source);
        Assert.NotNull(decision.Value);
    }

    [Fact]
    public void An_opt_out_takes_effect_in_a_running_process()
    {
        using var home = new UserHome().Agreed();
        using var client = home.Start();
        new WorkEvent(client).Dispose();
        var begun = new WorkEvent(client);
        home["DO_NOT_TRACK"] = "1";
        Assert.False(client.IsOn);
        begun.Dispose();
        new WorkEvent(client).Dispose();
        home["DO_NOT_TRACK"] = null;
        new WorkEvent(client).Dispose();
        client.Dispose();
        Assert.Equal(2, home.Lines().Count);
    }

    [Fact]
    public void With_the_option_nothing_is_recorded_and_no_file_is_created()
    {
        using var home = new UserHome().Agreed();
        using (var client = home.Start("install", "--disable-metrics"))
        {
            using var work = new WorkEvent(client);
            work.File = "secret.txt";
        }

        Assert.False(Directory.Exists(home.State.Spool));
        Assert.False(File.Exists(home.State.In("installation")));
        Assert.False(File.Exists(home.State.Due));
    }

    [Theory]
    [InlineData("DO_NOT_TRACK", "1", "off (environment variable DO_NOT_TRACK=1).")]
    [InlineData("SAMPLE_OFF", "", "off (environment variable SAMPLE_OFF=).")]
    [InlineData("GITHUB_ACTIONS", "true", "off (automated build: environment variable GITHUB_ACTIONS=true).")]
    [InlineData("NOTHING", "1", "on (the default).")]
    public void Why_names_the_source_that_decided(string name, string value, string expected)
    {
        using var home = new UserHome();
        home[name] = value;
        Assert.Equal(0, home.Command("why"));
        Assert.Contains(expected, home.Answered.ToString());
        Assert.Equal("", home.Said.ToString());
    }

    static void Check(ConsentSources sources, bool on, ConsentSource source)
    {
        var decision = sources.Decide(Tool);
        Assert.Equal(on, decision.On);
        Assert.Equal(source, decision.Source);
    }
}
