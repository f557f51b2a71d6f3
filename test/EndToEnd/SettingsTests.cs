// SPDX-License-Identifier: MIT
// What an operator takes back, real tools stop to record, with a real collector in between (spec/settings.md).

using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tallymark.EndToEnd.Tests;

public sealed class SettingsTests
{
    [Fact]
    [Claim("MLFLOW-17")]
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
    [InlineData("""{"stop":"all"}""", "settings stop all of it")]
    [InlineData("""{"stop":"all","os":["linux"]}""", "settings stop all of it")]
    [InlineData("""{"stop":"all","packages":["kmpkg"]}""", "settings stop all of it")]
    [InlineData("""{"stop":"all","versions":["1.4"],"packages":["kmpkg-light","kmpkg"]}""", "settings stop all of it")]
    [Claim("MLFLOW-17")]
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

    [Fact]
    [Claim("MLFLOW-17")]
    public async Task What_is_stopped_for_another_package_system_or_version_goes_on_here()
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
    public async Task Of_a_share_of_installations_each_one_stays_in_or_out_as_its_own_secret_draws()
    {
        await using var collector = await RunningCollector.Start();
        Stop(collector, """{"share":0.5}""");
        var seen = new HashSet<bool>();
        for (var user = 0; seen.Count < 2; user++)
        {
            Assert.True(user < 64, "64 installations drew the same");
            using var home = new Home(collector.Endpoint);
            await home.SetUp();
            Assert.Equal(0, (await home.Kmpkg("list")).ExitCode);
            var asked = IsAsked(await File.ReadAllTextAsync(Path.Combine(home.State, "installation"), TestContext.Current.CancellationToken));
            Assert.Equal(asked ? 0 : 1, (await home.Telemetry("upload")).ExitCode);
            for (var round = 0; round < 2; round++)
                Assert.Equal(0, (await home.Kmpkg("list")).ExitCode);

            // The first was recorded before anybody could know, and is held back.
            Assert.Equal(asked ? (1, 2) : (0, 1), (home.Lines("sent").Count, home.Lines("spool").Count));
            Assert.Equal(asked, (await home.Telemetry("why")).Output.Contains("Events are recorded.", StringComparison.Ordinal));
            seen.Add(asked);
        }
    }

    // spec/settings.md, computed here once more.
    static bool IsAsked(string secret)
    {
        var draw = SHA256.HashData([.. "sharekmpkg\n"u8, .. Convert.FromHexString(secret.TrimEnd('\n'))]);
        return BinaryPrimitives.ReadUInt32BigEndian(draw) / Math.Pow(2, 32) < 0.5;
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
