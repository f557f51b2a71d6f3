// SPDX-License-Identifier: MIT
// Real tools stop recording the events that an operator stops at a real collector (spec/settings.md).

using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tallymark.EndToEnd.Tests;

public sealed class SettingsTests
{
    [Fact]
    [Claim("MLFLOW-17")]
    public async Task An_event_stopped_by_the_operator_is_not_recorded_until_the_operator_allows_it_again()
    {
        await using var collector = await RunningCollector.Start();
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        Assert.Equal(0, (await home.Kmpkg("install", "zlib")).ExitCode);
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
        Assert.Contains(home.Lines("sent"), IsInstall);

        Assert.Equal(0, (await home.Kmpkg("search", "fmt")).ExitCode);
        Stop(collector, """{"stop":"event","event":"install"},{"stop":"field","event":"list","field":"country"}""");
        await FetchSettings(home);
        Assert.Contains("stop event install", (await home.Telemetry("why")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await home.Kmpkg("install", "brotli")).ExitCode);
        Assert.Equal(0, (await home.Kmpkg("list")).ExitCode);
        Assert.DoesNotContain(home.Lines("spool"), IsInstall);
        Assert.Contains("\"withheld\":[\"country\"]", home.Lines("spool")
            .Single(line => line.Contains("\"event\":\"list\"", StringComparison.Ordinal)), StringComparison.Ordinal);

        File.Delete(FileOf(collector));
        await FetchSettings(home);
        Assert.Equal(0, (await home.Kmpkg("install", "fmt")).ExitCode);
        Assert.Contains(home.Lines("spool"), IsInstall);
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);

        // Two of three installs: the stopped one was never recorded, and no recorded event is lost.
        Assert.Equal(0, await collector.Stop());
        var stored = await collector.Events();
        Assert.Equal(2, stored.Count(row => row["event"].GetString() == "install"));
        Assert.Equal(home.Lines("sent").Count, stored.Count);
    }

    [Theory]
    [InlineData("""{"share":0}""", "asks for only 0 % of installations")]
    [InlineData("""{"stop":"all"}""", "settings stop all telemetry")]
    [InlineData("""{"stop":"all","os":["linux"]}""", "settings stop all telemetry")]
    [InlineData("""{"stop":"all","packages":["kmpkg"]}""", "settings stop all telemetry")]
    [InlineData("""{"stop":"all","versions":["1.4"],"packages":["kmpkg-light","kmpkg"]}""", "settings stop all telemetry")]
    [Claim("MLFLOW-17")]
    public async Task When_the_settings_exclude_every_installation_nothing_is_recorded_and_the_tool_says_why(
        string rule, string why)
    {
        await using var collector = await RunningCollector.Start();
        Stop(collector, rule);
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        Assert.Equal(0, (await home.Kmpkg("list")).ExitCode);

        // Recorded before the tool had the settings, then not sent.
        Assert.Contains(why, (await home.Telemetry("upload")).Errors, StringComparison.Ordinal);
        Assert.Single(home.Lines("spool"));
        Assert.Equal(0, (await home.Kmpkg("list")).ExitCode);
        Assert.Single(home.Lines("spool"));
        Assert.Contains("Nothing is recorded: ", (await home.Telemetry("why")).Output, StringComparison.Ordinal);
        Assert.Contains(why, (await home.Telemetry("status")).Output, StringComparison.Ordinal);

        File.Delete(FileOf(collector));
        await FetchSettings(home);
        Assert.Equal(0, (await home.Kmpkg("list")).ExitCode);
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
        Assert.Equal(0, await collector.Stop());
        Assert.Equal(2, (await collector.Events()).Count);
    }

    [Fact]
    [Claim("MLFLOW-17")]
    public async Task A_stop_for_another_package_system_or_version_does_not_apply_here()
    {
        await using var collector = await RunningCollector.Start();
        Stop(collector, """{"stop":"all","packages":["kmpkg-light"]},{"stop":"all","os":["windows","macos"]},{"stop":"event","event":"list","versions":["1.3"]}""");
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(0, (await home.Kmpkg("list")).ExitCode);
            Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
        }

        Assert.Equal(0, await collector.Stop());
        Assert.Equal(2, (await collector.Events()).Count);
    }

    [Fact]
    [Claim("MLFLOW-17")]
    public async Task The_secret_of_an_installation_decides_whether_it_is_in_the_sampled_share()
    {
        await using var collector = await RunningCollector.Start();
        Stop(collector, """{"share":0.5}""");
        var seen = new HashSet<bool>();
        for (var user = 0; seen.Count < 2; user++)
        {
            Assert.True(user < 64, "64 installations got the same result");
            using var home = new Home(collector.Endpoint);
            await home.SetUp();
            Assert.Equal(0, (await home.Kmpkg("list")).ExitCode);
            var included = IsInShare(
                await File.ReadAllTextAsync(Path.Combine(home.State, "installation"),
                TestContext.Current.CancellationToken));
            Assert.Equal(included ? 0 : 1, (await home.Telemetry("upload")).ExitCode);
            for (var round = 0; round < 2; round++)
                Assert.Equal(0, (await home.Kmpkg("list")).ExitCode);

            // The first event was recorded before the tool had the settings. An excluded installation does not send it.
            Assert.Equal(included ? (1, 2) : (0, 1), (home.Lines("sent").Count, home.Lines("spool").Count));
            Assert.Equal(included,
                (await home.Telemetry("why")).Output.Contains("Events are recorded.", StringComparison.Ordinal));
            seen.Add(included);
        }
    }

    // Computed independently of the SDK, from spec/settings.md.
    static bool IsInShare(string secret)
    {
        var draw = SHA256.HashData([.. "sharekmpkg\n"u8, .. Convert.FromHexString(secret.TrimEnd('\n'))]);
        return BinaryPrimitives.ReadUInt32BigEndian(draw) / Math.Pow(2, 32) < 0.5;
    }

    static bool IsInstall(string line) => line.Contains("\"event\":\"install\"", StringComparison.Ordinal);

    static async Task FetchSettings(Home home)
    {
        home.AgeSettings();
        await home.Telemetry("upload");
        Assert.DoesNotContain("2026-01-01",
            await File.ReadAllTextAsync(Path.Combine(home.State, "settings"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    static string FileOf(RunningCollector collector) => Path.Combine(collector.Data, "settings", "kmpkg.json");

    // Written to another file and renamed, as the operator's guide requires.
    static void Stop(RunningCollector collector, string rules)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FileOf(collector))!);
        File.WriteAllText(FileOf(collector) + ".new", $$"""{"tallymark":1,"lifetime_hours":24,"rules":[{{rules}}]}""");
        File.Move(FileOf(collector) + ".new", FileOf(collector));
    }
}
