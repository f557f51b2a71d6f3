// SPDX-License-Identifier: MIT
// The claims of kmpkg's page, in the order of docs/claims.md. NeverSentTests covers the values that are never sent.

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class KmpkgClaims
{
    /// <summary>The document, as it was transcribed independently of the manifest.</summary>
    static readonly JsonElement Document = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(Product.Root, "test/documents/kmpkg.json"))).RootElement;

    static readonly ToolManifest Manifest = ManifestReader.Read(File.ReadAllText(Product.ManifestFile)).Manifest!;

    [Fact]
    [Claim("KMPKG-01")]
    public async Task Only_invocations_are_recorded_and_the_output_of_the_tool_is_the_same_with_and_without_telemetry()
    {
        using var on = new Home();
        using var off = new Home();
        await on.SetUp();
        off.Environment["KMPKG_DISABLE_METRICS"] = "1";
        await off.SetUp();

        foreach (var idle in (string[][])[[], ["--help"], ["--version"], ["install", "--help"], ["telemetry", "why"]])
            await on.Run(idle);
        Assert.Empty(on.Lines("spool"));

        await on.Kmpkg("install", "curl");
        await off.Kmpkg("install", "curl");
        Assert.NotEmpty(on.Lines("spool"));
        Assert.Empty(off.Lines("spool"));
        var made = FilesOf(on.InstallRoot);
        Assert.Contains("include/curl/curl.h", made.Keys);
        Assert.Equal(FilesOf(off.InstallRoot), made);
    }

    [Theory]
    [InlineData("bootstrap")]
    [InlineData("option")]
    [InlineData("variable")]
    [Claim("KMPKG-02")]
    public async Task Telemetry_is_on_by_default_and_each_of_three_ways_turns_it_off(string way)
    {
        Assert.Equal("on", Document.GetProperty("default").GetString());
        using var home = new Home();
        home.CopyTool();
        await home.SetUp();
        await home.Kmpkg("list");
        Assert.Single(home.Lines("spool"));

        string[] option = [];
        var documented = Document.GetProperty("opt_out").EnumerateArray()
            .Single(entry => entry.GetProperty("way").GetString() == way);
        if (way == "bootstrap")
            Assert.Equal(0, (await home.Bootstrap(documented.GetProperty("flag").GetString()!)).ExitCode);
        else if (way == "option")
            option = [documented.GetProperty("flag").GetString()!];
        else
            home.Environment[documented.GetProperty("name").GetString()!] = "";
        foreach (var command in (string[][])[["search", "zlib"], ["list"], ["install", "zlib"], ["remove", "zlib"]])
            Assert.Equal(0, (await home.Kmpkg([.. command, .. option])).ExitCode);
        Assert.Single(home.Lines("spool"));
        Assert.Contains(" is off (", (await home.Telemetry(["why", .. option])).Output, StringComparison.Ordinal);
    }

    [Fact]
    [Claim("KMPKG-02")]
    public async Task The_Windows_bootstrap_script_has_the_same_opt_out_option()
    {
        // This machine can't run it, so it is compared with the script that can run.
        using var home = new Home();
        home.CopyTool();
        Assert.Equal(0, (await home.Bootstrap("-disableMetrics")).ExitCode);
        var marker = Assert.Single(Directory.GetFiles(Path.GetDirectoryName(home.Tool)!, "*.disable-metrics"));
        var windows = await File.ReadAllTextAsync(Path.ChangeExtension(Product.Bootstrap, ".bat"),
            TestContext.Current.CancellationToken);
        Assert.Contains("-disableMetrics", windows, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(marker), windows, StringComparison.Ordinal);
    }

    [Fact]
    [Claim("KMPKG-03")]
    public async Task The_setup_shows_a_notice_with_the_three_ways_to_opt_out_and_where_to_read_more()
    {
        using var home = new Home();
        var setUp = await home.Bootstrap();
        string[] elements = [.. Document.GetProperty("notice").GetProperty("must_contain").EnumerateArray()
            .Select(words => words.GetString()!)];
        Assert.True(elements.Length > 7);
        foreach (var words in elements)
            Assert.Contains(words, setUp.Errors, StringComparison.Ordinal);

        // The page is where the notice says, in the repository and beside the tool.
        Assert.Contains(Manifest.Notice.More!, setUp.Errors, StringComparison.Ordinal);
        foreach (var beside in (string[])[Product.ManifestFile, home.Tool])
            Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(beside)!, Manifest.Notice.More!)), beside);

        // Commands do not repeat the notice.
        Assert.Empty((await home.Kmpkg("list")).Errors);
    }

    [Fact]
    [Claim("KMPKG-04")]
    public async Task Only_the_command_its_known_options_its_time_and_its_duration_are_recorded()
    {
        using var home = new Home();
        await home.SetUp();
        var before = DateTime.UtcNow;
        var clock = Stopwatch.StartNew();
        await home.Kmpkg("install", "zlib", "unheard-of-port", "--dry-run", "--keep-going");
        var maxDuration = clock.ElapsedMilliseconds;

        var line = Assert.Single(home.Lines("spool"));
        using var json = JsonDocument.Parse(line);
        Assert.Equal("install", json.RootElement.GetProperty("event").GetString());
        var fields = json.RootElement.GetProperty("fields");
        Assert.Equal(
            ["--dry-run", "--install-root", "--keep-going", "--ports-root"],
            fields.GetProperty("options").EnumerateArray().Select(o => o.GetString()));
        Assert.InRange(fields.GetProperty("duration").GetInt64(), 0, maxDuration);
        var time = DateTime.Parse(
            json.RootElement.GetProperty("time")
                .GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        Assert.InRange(time, before.AddSeconds(-1), DateTime.UtcNow);
        foreach (var typed in (string[])["unheard", Product.Ports, home.InstallRoot])
            Assert.DoesNotContain(typed, line, StringComparison.Ordinal);
    }

    [Fact]
    [Claim("KMPKG-05")]
    public async Task An_install_records_all_its_libraries_and_each_build_records_its_result_and_its_duration()
    {
        using var home = new Home();
        await home.SetUp();
        await home.Kmpkg("install", "curl");
        var lines = home.Lines("spool").Select(l => JsonDocument.Parse(l).RootElement).ToList();
        string[] all = ["c-ares", "curl", "nghttp2", "openssl", "zlib"];
        Assert.Equal(all, Values(Assert.Single(lines, l => Event(l) == "install"), "packages"));
        var builds = lines.Where(l => Event(l) == "build").Select(l => l.GetProperty("fields")).ToList();
        Assert.Equal(all, builds.Select(b => b.GetProperty("port").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(builds, b => Assert.Equal("succeeded", b.GetProperty("result").GetString()));
        Assert.All(builds, b => Assert.InRange(b.GetProperty("duration").GetInt64(), 0, 60_000));

        // The event exists to find packages that fail.
        await home.Kmpkg("install", "libtiff");
        var failed = home.Lines("spool").Select(l => JsonDocument.Parse(l).RootElement)
            .Single(l => Event(l) == "build" && l.GetProperty("status").GetString() == "failure").GetProperty("fields");
        Assert.Equal(("libtiff", "build_failed"),
            (failed.GetProperty("port").GetString(), failed.GetProperty("result").GetString()));
    }

    [Fact]
    [Claim("KMPKG-06")]
    public async Task A_random_id_is_created_on_first_use_and_is_part_of_each_event()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var user = 0; user < 3; user++)
        {
            // The same user on the same machine, with a fresh state folder: only randomness distinguishes the two ids.
            using var home = new Home();
            await home.SetUp();
            Assert.False(File.Exists(Path.Combine(home.State, "installation")));
            await home.Kmpkg("install", "zlib");
            await home.Kmpkg("list");
            var ids = home.Lines("spool")
                .Select(l => JsonDocument.Parse(l).RootElement.GetProperty("fields").GetProperty("installation")
                .GetString()!).ToList();
            Assert.Equal(3, ids.Count);
            var id = Assert.Single(ids.Distinct(StringComparer.Ordinal));
            Assert.Matches("^[0-9a-f]{64}$", id);
            Assert.True(seen.Add(id), "two installations have one id");
            Assert.True(seen.Add(await File.ReadAllTextAsync(
                Path.Combine(home.State, "installation"), TestContext.Current.CancellationToken)),
                "two installations have one secret");
        }
    }

    [Theory]
    [InlineData("search", "zlib")]
    [InlineData("list")]
    [InlineData("install", "curl")]
    [InlineData("install", "libtiff")]
    [InlineData("remove", "eigen3")]
    [InlineData("install", "no-such-port")]
    [Claim("KMPKG-07")]
    public async Task Printmetrics_shows_exactly_the_events_of_the_command(params string[] command)
    {
        using var home = new Home();
        await home.SetUp();
        await home.Kmpkg("install", "eigen3");
        var before = home.Lines("spool");
        var ended = await home.Kmpkg([.. command, "--printmetrics"]);
        var shown = ended.Errors.Split('\n')[..^1].Where(l => !l.StartsWith("kmpkg: error: ", StringComparison.Ordinal))
            .ToList();
        var recorded = home.LinesAfter(before);
        Assert.NotEmpty(recorded);
        Assert.Equal(recorded, shown);
    }

    [Fact]
    [Claim("KMPKG-08")]
    public async Task Every_recorded_data_point_is_found_in_the_source_by_searching_for_five_calls()
    {
        using var home = new Home();
        await home.SetUp();
        await home.Kmpkg("search", "z");
        await home.Kmpkg("install", "zlib");
        await home.Kmpkg("list");
        await home.Kmpkg("remove", "zlib");
        var points = home.Lines("spool").Select(l => JsonDocument.Parse(l).RootElement).ToList();

        var folder = Path.GetDirectoryName(Product.ManifestFile)!;
        var sources = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(f => !Path.GetRelativePath(folder, f).StartsWith("obj", StringComparison.Ordinal))
            .Select(File.ReadAllText).ToList();
        // Only `stack` is set by the call itself, if its block ends with an exception.
        string[] calls =
            ["telemetry.Search(", "telemetry.List(", "telemetry.Install(", "telemetry.Remove(", "telemetry.Build("];
        Assert.Equal(calls.Length, Manifest.Events.Count(e => !e.CountsDropped));
        foreach (var point in points)
        {
            var call = calls.Single(
                c => string.Equals(c, $"telemetry.{Event(point)}(", StringComparison.OrdinalIgnoreCase));
            var source = Assert.Single(sources, s => s.Contains(call, StringComparison.Ordinal));
            foreach (var field in Manifest.FieldsOf(Manifest.FindEvent(Event(point))!)
                .Where(f => f.Source == FieldSource.Program && f.Type != FieldType.Stack))
            {
                var member = string.Concat(field.Name.Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
                Assert.Contains($".{member} = ", source[source.IndexOf(call, StringComparison.Ordinal)..] + source,
                    StringComparison.Ordinal);
            }
        }

        Assert.Equal(calls.Length, points.Select(Event).Distinct(StringComparer.Ordinal).Count());
    }

    static string Event(JsonElement line) => line.GetProperty("event").GetString()!;

    static IEnumerable<string> Values(JsonElement line, string field) =>
        line.GetProperty("fields").GetProperty(field).EnumerateArray().Select(v => v.GetString()!);

    static SortedDictionary<string, string> FilesOf(string folder) => new(
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(
            f => Path.GetRelativePath(folder, f),
            f => Convert.ToHexString(File.ReadAllBytes(f)),
            StringComparer.Ordinal),
        StringComparer.Ordinal);
}
