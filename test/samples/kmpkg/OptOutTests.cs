// SPDX-License-Identifier: MIT
namespace Kmpkg.Tests;

/// <summary>Each way to opt out; none of them adds a file.</summary>
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
    public async Task The_option_switches_one_run_off_at_any_position()
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
    public async Task The_telemetry_command_sees_the_option_at_any_position(params string[] words)
    {
        using var here = new Workplace();
        var why = (await here.Run(words)).With(0);
        Assert.Equal("Telemetry for kmpkg is off (option --disable-metrics on this command line).\n", why.Output);
    }

    [Fact]
    public async Task The_bootstrap_script_switches_off_for_all_users_of_the_tool_until_it_runs_again()
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

        // The marker also applies to a user who has already seen the notice.
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

    /// <summary>
    /// Control: the tool does record. Without it, a test that expects no file would pass with a tool that never
    /// records.
    /// </summary>
    static async Task ShowThatItRecords(Workplace here)
    {
        var (ended, lines) = await here.Record("list");
        ended.With(0);
        Assert.Single(lines);
    }
}
