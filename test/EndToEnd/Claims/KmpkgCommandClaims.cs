// SPDX-License-Identifier: MIT
// The claims of kmpkg's page about its commands as a whole: each is recorded, with all that was asked for, and shown.

using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class KmpkgCommandClaims
{
    [Fact]
    [Claim("KMPKG-11")]
    public async Task Every_command_is_recorded_and_help_version_and_mistyped_lines_are_not()
    {
        using var home = new Home();
        await home.SetUp();
        var help = (await home.Run("--help")).Output;
        string[] commands = [.. help[help.IndexOf("Commands:\n", StringComparison.Ordinal)..].Split('\n').Skip(1)
            .TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line.Trim().Split(' ')[0])
            // The command that shows and controls the recording.
            .Where(command => command != "telemetry")];
        Assert.Equal(4, commands.Length);

        // Each command once as it should be used, once in a way that fails, and once as a dry run where there is one.
        foreach (var command in commands)
        {
            foreach (var words in (string[][])[[command, "zlib"], [command, "no-such-port"], [command, "zlib", "--dry-run"]])
            {
                var before = home.Lines("spool");
                var ended = await home.Kmpkg(words);
                var events = home.LinesAfter(before).Select(Event).ToList();
                string[] expected = ended.Errors.Contains("Unrecognized", StringComparison.Ordinal)
                    || ended.Errors.Contains("Unknown option", StringComparison.Ordinal) ? [] : [command];
                Assert.Equal(expected, events.Where(name => name != "build"));
                Assert.True(expected.Length == 1 || words is ["search" or "list", _, "--dry-run"], ended.Errors);
            }
        }

        var recorded = home.Lines("spool").Count;
        foreach (var words in (string[][])[
            [], ["--help"], ["--version"], ["-h"], ["nstall", "zlib"], ["install"], ["list", "--no-such-option"],
            .. commands.Select(command => (string[])[command, "--help"])])
            await home.Run(words);
        Assert.Equal(recorded, home.Lines("spool").Count);
    }

    [Theory]
    [InlineData("my-private-lib libpng", """["libpng","other","zlib"]""")]
    [InlineData("libpng my-private-lib", """["libpng","other","zlib"]""")]
    [InlineData("my-private-lib", """["other"]""")]
    [InlineData(
        "gdal nothing-of-yours",
        """["c-ares","curl","gdal","nghttp2","openssl","other","proj","shapelib","sqlite3","zlib"]""")]
    [Claim("KMPKG-05")]
    public async Task A_plan_that_fails_records_the_full_set_of_libraries_and_no_name_of_the_users_own(
        string names, string packages)
    {
        using var home = new Home();
        await home.SetUp();
        Assert.Equal(2, (await home.Kmpkg(["install", .. names.Split(' ')])).ExitCode);
        var line = Assert.Single(home.Lines("spool"));
        using var json = JsonDocument.Parse(line);
        Assert.Equal(packages, json.RootElement.GetProperty("fields").GetProperty("packages").GetRawText());
        Assert.DoesNotContain("private", line, StringComparison.Ordinal);
        Assert.DoesNotContain("yours", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("telemetry", "why")]
    [InlineData("telemetry", "show")]
    [InlineData("telemetry", "upload")]
    [InlineData("--version")]
    [InlineData("--help")]
    [InlineData("nstall", "zlib")]
    [Claim("KMPKG-07")]
    public async Task Printmetrics_says_that_a_line_without_an_event_records_nothing_and_why(params string[] words)
    {
        await using var collector = await RunningCollector.Start();
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        var without = await home.Run(words);
        var ended = await home.Run([.. words, "--printmetrics"]);
        Assert.Equal((without.ExitCode, without.Output), (ended.ExitCode, ended.Output));
        Assert.StartsWith("telemetry: nothing was recorded, because ", ended.Errors[without.Errors.Length..],
            StringComparison.Ordinal);
        Assert.Empty(home.Lines("spool"));
    }

    static string Event(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("event").GetString()!;
    }
}
