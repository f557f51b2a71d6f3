// SPDX-License-Identifier: MIT
// What an operator takes back, real tools stop to record, with a real collector in between (spec/settings.md).

using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Tallymark.EndToEnd.Tests;

public sealed class SettingsTests
{
    [Fact]
    public async Task An_event_that_the_operator_stops_is_recorded_no_more_until_the_operator_takes_that_back()
    {
        await using var collector = await RunningCollector.Start();
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        Assert.Equal(0, (await home.Kmpkg("install", "zlib")).ExitCode);
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
        Assert.Contains(home.Lines("sent"), IsInstall);

        Assert.Equal(0, (await home.Kmpkg("search", "fmt")).ExitCode);
        Stop(collector, """{"stop":"event","event":"install"},{"stop":"field","event":"list","field":"country"}""");
        await AskAgain(home);
        Assert.Contains("stop event install", (await home.Telemetry("why")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await home.Kmpkg("install", "brotli")).ExitCode);
        Assert.Equal(0, (await home.Kmpkg("list")).ExitCode);
        Assert.DoesNotContain(home.Lines("spool"), IsInstall);
        Assert.Contains("\"withheld\":[\"country\"]", home.Lines("spool").Single(line => line.Contains("\"event\":\"list\"", StringComparison.Ordinal)), StringComparison.Ordinal);

        File.Delete(FileOf(collector));
        await AskAgain(home);
        Assert.Equal(0, (await home.Kmpkg("install", "fmt")).ExitCode);
        Assert.Contains(home.Lines("spool"), IsInstall);
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);

        // Two of three: what was stopped was never anywhere, and nothing that was recorded is lost.
        Assert.Equal(0, await collector.Stop());
        var stored = await collector.Events();
        Assert.Equal(2, stored.Count(row => row["event"].GetString() == "install"));
        Assert.Equal(home.Lines("sent").Count, stored.Count);
    }

    [Theory]
    [InlineData("""{"share":0}""", "asks a share of 0 % of the installations")]
    [InlineData("""{"stop":"all","os":["linux"]}""", "settings stop all of it")]
    public async Task With_nobody_asked_any_more_nothing_is_recorded_and_the_tool_says_why(string rule, string why)
    {
        await using var collector = await RunningCollector.Start();
        Stop(collector, rule);
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        Assert.Equal(0, (await home.Kmpkg("list")).ExitCode);

        // Recorded before anybody could know, and held back.
        Assert.Contains(why, (await home.Telemetry("upload")).Errors, StringComparison.Ordinal);
        Assert.Single(home.Lines("spool"));
        Assert.Equal(0, (await home.Kmpkg("list")).ExitCode);
        Assert.Single(home.Lines("spool"));
        Assert.Contains("Nothing is recorded, because", (await home.Telemetry("why")).Output, StringComparison.Ordinal);
        Assert.Contains(why, (await home.Telemetry("status")).Output, StringComparison.Ordinal);

        File.Delete(FileOf(collector));
        await AskAgain(home);
        Assert.Equal(0, (await home.Kmpkg("list")).ExitCode);
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
        Assert.Equal(0, await collector.Stop());
        Assert.Equal(2, (await collector.Events()).Count);
    }

    static bool IsInstall(string line) => line.Contains("\"event\":\"install\"", StringComparison.Ordinal);

    static async Task AskAgain(Home home)
    {
        home.AgeSettings();
        await home.Telemetry("upload");
        Assert.DoesNotContain("2026-01-01", await File.ReadAllTextAsync(Path.Combine(home.State, "settings"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    static string FileOf(RunningCollector collector) => Path.Combine(collector.Data, "settings", "kmpkg.json");

    // Beside and renamed, as the page for operators says.
    static void Stop(RunningCollector collector, string rules)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FileOf(collector))!);
        File.WriteAllText(FileOf(collector) + ".new", $$"""{"tallymark":1,"lifetime_hours":24,"rules":[{{rules}}]}""");
        File.Move(FileOf(collector) + ".new", FileOf(collector));
    }
}
