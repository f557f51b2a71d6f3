// SPDX-License-Identifier: MIT
namespace Kmpkg.Tests;

/// <summary>
/// The record of a command: one line for itself, one for each port it builds, and only what the manifest declares.
/// </summary>
public sealed class RecordTests
{
    static readonly ToolManifest Manifest = ManifestReader.Read(Sample.Manifest).Manifest!;

    [Fact]
    public async Task Each_command_leaves_one_line_and_one_for_each_port_that_it_built()
    {
        using var here = new Workplace();
        await here.SetUp();
        foreach (var (command, events) in ((string, string[])[])[
            ("search png", ["search"]),
            ("install libpng", ["build", "build", "install"]),
            ("install libpng", ["install"]),
            ("list", ["list"]),
            ("remove libpng", ["remove"])])
        {
            var (ended, lines) = await here.Record(command.Split(' '));
            ended.With(0);
            Assert.Equal(events, lines.Select(l => l.Event));
            Assert.All(lines, line => Assert.Equal("success", line.Status));
        }
    }

    [Fact]
    public async Task A_line_has_all_fields_of_its_event_in_the_order_of_the_manifest()
    {
        using var here = new Workplace();
        await here.SetUp();
        foreach (var command in (string[])["search", "install zlib", "list", "remove zlib"])
            (await here.Kmpkg(command.Split(' '))).With(0);

        var lines = here.Spool().Select(Line.Read).ToList();
        Assert.Equal(
            Manifest.Events.Where(e => !e.CountsDropped).Select(e => e.Name)
                .Order(StringComparer.Ordinal), lines.Select(l => l.Event).Order(StringComparer.Ordinal));
        foreach (var line in lines)
        {
            var declared = Manifest.FieldsOf(Manifest.FindEvent(line.Event)!);
            // The country is made by the collector, and only a crash has a stack.
            Assert.Equal(
                declared.Where(f => f.Source != FieldSource.Collector && f.Type != FieldType.Stack).Select(f => f.Name),
                line.Fields);
        }
    }

    [Fact]
    public async Task An_install_carries_the_full_set_of_libraries_in_its_plan()
    {
        using var here = new Workplace();
        await here.SetUp();
        var (_, lines) = await here.Record("install", "curl");
        Assert.Equal("""["c-ares","curl","nghttp2","openssl","zlib"]""", lines[^1]["packages"]);
        var ports = string.Join(",", lines[..^1].Select(l => l["port"]).Order(StringComparer.Ordinal));
        Assert.Equal(lines[^1]["packages"], $"[{ports}]");
        Assert.All(lines[..^1], line => Assert.Equal("\"succeeded\"", line["result"]));

        var (_, removed) = await here.Record("remove", "zlib", "c-ares", "--recurse");
        Assert.Equal("""["c-ares","curl","zlib"]""", Assert.Single(removed)["packages"]);
    }

    [Theory]
    [InlineData("install my-private-lib libpng", 2, """["libpng","other","zlib"]""")]
    [InlineData("install libpng no-such-port zlib", 2, """["libpng","other","zlib"]""")]
    [InlineData("install no-such-port", 2, """["other"]""")]
    [InlineData("install app", 3, """["libpng","other","zlib"]""")]
    [InlineData("install zlib ring-a", 3, """["fmt","other","zlib"]""")]
    [InlineData("install libpng --dry-run", 0, """["libpng","zlib"]""")]
    [InlineData("install fmt fmt", 0, """["fmt"]""")]
    [InlineData("remove libpng", 2, """["libpng"]""")]
    [InlineData("remove no-such-port fmt", 2, """["fmt","other"]""")]
    public async Task An_install_and_a_remove_carry_all_that_was_asked_for_also_if_they_fail(
        string command, int code, string packages)
    {
        using var here = new Workplace();
        here.Port("zlib");
        here.Port("libpng", depends: "zlib");
        here.Port("fmt");
        // A description that can't be read, after a dependency that can; and a cycle with one more port behind it.
        here.Port("app", depends: "broken, libpng");
        here.Port("broken", description: "name: another\n");
        here.Port("ring-a", depends: "ring-b");
        here.Port("ring-b", depends: "ring-a, fmt");
        await here.SetUp();
        var (ended, lines) = await here.Record(command.Split(' '));
        ended.With(code);
        Assert.Equal(packages, lines[^1]["packages"]);
    }

    [Fact]
    public async Task An_install_carries_the_ports_that_it_was_asked_for_also_if_they_are_installed_or_unreadable()
    {
        using var here = new Workplace();
        await here.SetUp();
        (await here.Kmpkg("install", "libpng")).With(0);
        var (_, again) = await here.Record("install", "libpng", "freetype", "--dry-run");
        Assert.Equal("""["brotli","bzip2","freetype","libpng"]""", again[^1]["packages"]);

        var before = here.Spool();
        (await here.Run("install", "curl", "mine", "--ports-root", "nowhere")).With(8);
        Assert.Equal(
            """["curl","other"]""",
            Line.Read(Assert.Single(here.SpoolAfter(before)))["packages"]);
    }

    [Fact]
    public async Task A_remove_that_removes_nothing_carries_the_ports_that_it_was_to_remove_and_those_that_need_them()
    {
        using var here = new Workplace();
        await here.SetUp();
        (await here.Kmpkg("install", "harfbuzz")).With(0);
        var before = here.Files();
        foreach (var (command, code) in ((string, int)[])[("remove zlib --recurse --dry-run", 0), ("remove zlib", 7)])
        {
            var (ended, lines) = await here.Record(command.Split(' '));
            ended.With(code);
            Assert.Equal("""["freetype","harfbuzz","libpng","zlib"]""", Assert.Single(lines)["packages"]);
        }

        Assert.Equal(before, here.Files());
    }

    [Fact]
    public async Task Options_are_recorded_by_name_and_never_what_was_typed_after_them()
    {
        using var here = new Workplace();
        await here.SetUp();
        var (_, lines) = await here.Record("install", "zlib", "--dry-run");
        Assert.Equal("""["--dry-run","--install-root","--ports-root"]""", Assert.Single(lines)["options"]);
        Assert.DoesNotContain(
            Path.GetFileName(Path.GetDirectoryName(here.Tree)!), lines[0].Text, StringComparison.Ordinal);

        (await here.Run("list", "--printmetrics")).With(0);
        Assert.Contains(here.Spool().Select(Line.Read), line => line.Event == "list" && line["options"] == "[]");
    }

    [Fact]
    public async Task A_port_or_a_text_of_the_users_own_is_not_in_the_spool()
    {
        using var here = new Workplace();
        here.Port("top-secret-project");
        await here.SetUp();
        var (ended, lines) = await here.Record("install", "top-secret-project");
        ended.With(0);
        Assert.Equal("\"other\"", lines[0]["port"]);
        Assert.Equal("""["other"]""", lines[1]["packages"]);
        await here.Kmpkg("search", "top-secret-words");
        (await here.Kmpkg("install", "top-secret-typo")).With(2);
        Assert.Equal(4, here.Spool().Length);
        Assert.DoesNotContain("secret", string.Concat(here.Spool()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("install libtiff", 4, "build_failed")]
    [InlineData("install gdal", 5, "file_conflict")]
    [InlineData("install opencv", 6, "missing_dependency")]
    public async Task A_port_that_fails_is_recorded_with_its_result(string command, int code, string result)
    {
        using var here = new Workplace();
        await here.SetUp();
        var (ended, lines) = await here.Record(command.Split(' '));
        ended.With(code);
        Assert.Equal(Sample.PortsBuiltBy(ended).Length + 1, lines.Length);
        Assert.Equal($"\"{result}\"", lines[^2]["result"]);
        Assert.Equal($"\"{Sample.PortsBuiltBy(ended)[^1]}\"", lines[^2]["port"]);
        Assert.All(lines[..^2], line => Assert.Equal(("\"succeeded\"", "success"), (line["result"], line.Status)));
        Assert.Equal(["failure", "failure"], lines[^2..].Select(l => l.Status));
        Assert.Equal($"{code}", lines[^1]["exit_code"]);
    }

    [Theory]
    [InlineData("install nowhere", "install", 2)]
    [InlineData("remove zlib", "remove", 2)]
    [InlineData("list zlib", "list", 2)]
    public async Task A_command_that_fails_is_recorded_with_its_exit_code(string command, string name, int code)
    {
        using var here = new Workplace();
        await here.SetUp();
        var (ended, lines) = await here.Record(command.Split(' '));
        ended.With(code);
        var line = Assert.Single(lines);
        Assert.Equal((name, "failure", $"{code}"), (line.Event, line.Status, line["exit_code"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("install --help")]
    [InlineData("install")]
    [InlineData("instal zlib")]
    [InlineData("install zlib --no-such-option")]
    [InlineData("remove --dry-rum zlib")]
    [InlineData("search zlib png")]
    [InlineData("telemetry why")]
    [InlineData("telemetry status")]
    public async Task No_arguments_help_and_invalid_arguments_record_nothing(string command)
    {
        using var here = new Workplace();
        await here.SetUp();
        var before = here.HomeFiles();
        await here.Run(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(before, here.HomeFiles());
        await here.Run("list");
        Assert.Single(here.Spool());
    }

    [Theory]
    [InlineData("install libpng")]
    [InlineData("search --printmetrics")]
    [InlineData("list --printmetrics")]
    [InlineData("install opencv --keep-going")]
    [InlineData("install no-such-port")]
    public async Task Print_metrics_shows_exactly_the_lines_that_are_recorded(string command)
    {
        using var here = new Workplace();
        await here.SetUp();
        var before = (await here.Kmpkg("install", "eigen3")).With(0);
        Assert.Empty(before.Errors);
        var (ended, lines) = await here.Record([.. command.Split(' '), "--printmetrics"]);
        Assert.NotEmpty(lines);
        var errors = ended.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            lines.Select(l => l.Text), errors.Where(l => !l.StartsWith("kmpkg: error: ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("--help", "no event ended")]
    [InlineData("--version", "no event ended")]
    [InlineData("instal zlib", "no event ended")]
    [InlineData("telemetry why", "the telemetry command itself is never recorded")]
    [InlineData("telemetry upload", "the telemetry command itself is never recorded")]
    [InlineData("telemetry off", "the telemetry command itself is never recorded")]
    [InlineData("telemetry nonsense", "the telemetry command itself is never recorded")]
    [InlineData("list --disable-metrics", "telemetry is off (option --disable-metrics on this command line)")]
    public async Task Print_metrics_says_why_nothing_is_recorded(string command, string reason)
    {
        using var here = new Workplace();
        await here.SetUp();
        string[][] places =
            [[.. command.Split(' '), "--printmetrics"], ["--printmetrics", .. command.Split(' ')]];
        foreach (var words in places)
        {
            var shown = (await here.Run(words)).Errors.Split('\n')
                .Where(line => line.StartsWith("telemetry: ", StringComparison.Ordinal));
            Assert.Equal([$"telemetry: nothing was recorded, because {reason}."], shown);
        }

        Assert.Empty(here.Spool());
    }

    [Fact]
    public async Task Output_and_exit_code_are_the_same_with_and_without()
    {
        using var on = new Workplace();
        using var off = new Workplace();
        await on.SetUp();
        var built = 0;
        foreach (var command in (string[])[
            "search", "search png", "install zlib --dry-run", "install freetype", "list", "list zlib", "install gdal",
            "install opencv libtiff fmt --keep-going", "remove zlib", "remove zlib --recurse", "remove zlib",
            "install nowhere",
            "list --ports-root nowhere", "", "--help", "--version", "install", "nowhere"])
        {
            var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var ended = await on.Run(words);
            Assert.Equal((command, await off.Run(words)), (command, ended));
            built += Sample.PortsBuiltBy(ended).Length;
        }

        // The last five are no commands that could be recorded.
        Assert.True(built > 15);
        Assert.Equal(13 + built, on.Spool().Length);
        Assert.Empty(off.HomeFiles());
        Assert.Equal(off.Files(), on.Files());
    }
}
