// SPDX-License-Identifier: MIT
// No means no: each way of saying it leaves not one file more than there was.

namespace Kmpkg.Tests;

public sealed class OptOutTests
{
    static readonly string[] Commands = ["search", "list", "install zlib", "install libtiff", "remove zlib"];

    [Theory]
    [InlineData("KMPKG_DISABLE_METRICS", "")]
    [InlineData("KMPKG_DISABLE_METRICS", "0")]
    [InlineData("KMPKG_DISABLE_METRICS", "1")]
    [InlineData("DO_NOT_TRACK", "1")]
    [InlineData("CI", "true")]
    public async Task A_variable_switches_off(string name, string value)
    {
        using var here = new Workplace();
        await here.SetUp();
        var before = here.HomeFiles();
        here.Environment[name] = value;
        await RunAll(here);
        Assert.Equal(before, here.HomeFiles());

        here.Environment.Remove(name);
        await ShowThatItRecords(here);
    }

    [Fact]
    public async Task The_option_switches_one_run_off_wherever_it_stands()
    {
        using var here = new Workplace();
        await here.SetUp();
        var before = here.HomeFiles();
        await RunAll(here, "--disable-metrics");
        (await here.Kmpkg("--disable-metrics", "list")).With(0);
        Assert.Equal(before, here.HomeFiles());
        await ShowThatItRecords(here);
    }

    [Theory]
    [InlineData("--disable-metrics", "telemetry", "why")]
    [InlineData("telemetry", "--disable-metrics", "why")]
    [InlineData("telemetry", "why", "--disable-metrics")]
    public async Task The_telemetry_command_sees_the_option_wherever_it_stands(params string[] words)
    {
        using var here = new Workplace();
        var why = (await here.Bare(words)).With(0);
        Assert.Equal("Telemetry of kmpkg is off because of the option --disable-metrics on this command line.\n", why.Output);
    }

    [Fact]
    public async Task The_bootstrap_script_switches_off_for_all_who_use_this_tool_until_it_runs_again()
    {
        using var here = new Workplace();
        here.CopyTool();
        var off = (await here.Bootstrap("-skipBuild", "-disableMetrics")).With(0);
        Assert.Empty(off.Errors);
        Assert.True(File.Exists(Path.Combine(here.Tool, "kmpkg.disable-metrics")));
        await RunAll(here);
        Assert.Empty(here.HomeFiles());

        await here.SetUp();
        Assert.False(File.Exists(Path.Combine(here.Tool, "kmpkg.disable-metrics")));
        await ShowThatItRecords(here);

        // A user who has seen the notice is bound by the marker as well.
        (await here.Bootstrap("-skipBuild", "-disableMetrics")).With(0);
        var before = here.HomeFiles();
        await RunAll(here);
        Assert.Equal(before, here.HomeFiles());
    }

    [Fact]
    public async Task Nothing_is_recorded_before_the_notice_was_shown()
    {
        using var here = new Workplace();
        await RunAll(here);
        Assert.Empty(here.HomeFiles());
        await here.SetUp();
        await ShowThatItRecords(here);
    }

    static async Task RunAll(Workplace here, params string[] options)
    {
        foreach (var command in Commands) await here.Kmpkg([.. command.Split(' '), .. options]);
    }

    /// <summary>Else a test that finds no file would also pass with a tool that never records.</summary>
    static async Task ShowThatItRecords(Workplace here)
    {
        var (ended, lines) = await here.Record("list");
        ended.With(0);
        Assert.Single(lines);
    }
}
