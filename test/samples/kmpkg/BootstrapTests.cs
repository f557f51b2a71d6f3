// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;

namespace Kmpkg.Tests;

/// <summary>
/// The script that users start with: it builds the tool, shows the notice, and saves for this user that it was shown.
/// </summary>
// Not in parallel: a build by the script writes into the sample's own output, from which the other tests run it.
[CollectionDefinition(nameof(BootstrapTests), DisableParallelization = true)]
[Collection(nameof(BootstrapTests))]
public sealed partial class BootstrapTests
{
    [Fact]
    public async Task It_shows_the_notice_with_all_ways_to_opt_out_and_writes_the_receipt()
    {
        using var here = new Workplace();
        var ended = (await here.Bootstrap("-skipBuild")).With(0);
        string[] words =
        [
            "anonymous", "bootstrap-kmpkg", "-disableMetrics", "--disable-metrics", "KMPKG_DISABLE_METRICS",
            "docs/about/privacy.md",
        ];
        foreach (var word in words)
            Assert.Contains(word, ended.Errors, StringComparison.Ordinal);
        Assert.StartsWith("kmpkg is in ", Assert.Single(ended.Lines), StringComparison.Ordinal);

        var receipt = Assert.Single(here.HomeFiles());
        Assert.Equal(".local/state/tallymark/kmpkg/receipts/setup", receipt.Key);
        var text = Convert.FromHexString(receipt.Value);
        Assert.StartsWith(
            "tallymark-receipt 1\nchannel setup\n",
            System.Text.Encoding.UTF8.GetString(text),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_builds_the_tool_into_a_folder_that_is_named_from_anywhere()
    {
        using var here = new Workplace();
        // The build needs the packages of the real home; telemetry writes its state to the home of the test.
        var state = Path.Combine(here.Home, "state");
        here.Environment["XDG_STATE_HOME"] = state;
        here.Environment["HOME"] = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        here.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        var folder = Path.GetDirectoryName(here.Tree)!;
        var ended = await ProcessRun.Run(Sample.Bootstrap, ["--to", "a new/place"], here.Environment, folder);
        ended.With(0);
        Assert.True(File.Exists(Path.Combine(state, "tallymark/kmpkg/receipts/setup")));
        var tool = Path.Combine(folder, "a new/place/kmpkg");
        var version = (await ProcessRun.Run(tool, ["--version"], here.Environment, folder)).With(0).Output;
        Assert.StartsWith("1.4.2", version, StringComparison.Ordinal);
        (await ProcessRun.Run(tool, ["install", "zlib", "--install-root", here.Tree], here.Environment, folder))
            .With(0);
        Assert.Contains("include/zlib.h", here.InstalledFiles());
        FollowLinks(Path.GetDirectoryName(tool)!);
    }

    [Fact]
    public void Each_link_of_the_notices_page_leads_somewhere_in_the_repository_and_beside_the_built_tool()
    {
        FollowLinks(Sample.Folder);
        FollowLinks(Sample.Built);
    }

    [Fact]
    public async Task It_reports_a_missing_tool_and_a_missing_SDK()
    {
        using var here = new Workplace();
        var place = Path.GetDirectoryName(here.Tree)!;
        var empty = Directory.CreateDirectory(Path.Combine(place, "empty")).FullName;
        var ended = (await ProcessRun.Run(Sample.Bootstrap, ["-skipBuild", "--to", empty], here.Environment, place))
            .With(1);
        Assert.Contains($"'{empty}' contains no kmpkg", ended.Errors, StringComparison.Ordinal);

        // A PATH with the few programs that the script calls, but without dotnet.
        foreach (var program in (string[])["bash", "env", "dirname", "cat"])
        {
            File.CreateSymbolicLink(Path.Combine(empty, program), Environment.GetEnvironmentVariable("PATH")!.Split(':')
                .Select(p => Path.Combine(p, program)).First(File.Exists));
        }

        here.Environment["PATH"] = empty;
        ended = (await ProcessRun.Run(Sample.Bootstrap, ["--to", Path.Combine(place, "to")], here.Environment, place))
            .With(1);
        Assert.Contains("the .NET 10 SDK is missing. Get it from", ended.Errors, StringComparison.Ordinal);
        Assert.Empty(here.HomeFiles());
    }

    [Fact]
    public async Task A_missing_home_does_not_stop_it_and_nothing_is_recorded()
    {
        using var here = new Workplace();
        here.Environment["HOME"] = "/proc/nowhere";
        var ended = (await here.Bootstrap("-skipBuild")).With(0);
        Assert.EndsWith(
            "bootstrap-kmpkg: nothing is recorded for this user.\n", ended.Errors, StringComparison.Ordinal);
        (await here.Kmpkg("list")).With(0);
    }

    [Theory]
    [InlineData("-disablemetrics")]
    [InlineData("--to")]
    public async Task It_refuses_unknown_options_and_does_nothing(string word)
    {
        using var here = new Workplace();
        (await ProcessRun.Run(Sample.Bootstrap, ["-skipBuild", word], here.Environment, here.Home)).With(1);
        Assert.Empty(here.HomeFiles());
    }

    [Fact]
    public void Both_scripts_have_the_same_options()
    {
        var unix = File.ReadAllText(Sample.Bootstrap);
        var windows = File.ReadAllText(Path.ChangeExtension(Sample.Bootstrap, ".bat"));
        Assert.Equal(windows.Split('\n').Length - 1, windows.Split("\r\n").Length - 1);
        string[] words =
            ["-disableMetrics", "-skipBuild", "--to", "kmpkg.disable-metrics", "telemetry notice", "https://dot.net"];
        foreach (var word in words)
        {
            Assert.Contains(word, unix, StringComparison.Ordinal);
            Assert.Contains(word, windows, StringComparison.Ordinal);
        }

        Assert.Contains(
            "re-running the bootstrap-kmpkg script with -disableMetrics", Sample.Manifest, StringComparison.Ordinal);
    }

    /// <summary>Follows each link of the notice's page in this folder, and those of the pages it reaches.</summary>
    static void FollowLinks(string folder)
    {
        var manifest = ManifestReader.Read(Sample.Manifest).Manifest!;
        var pages = new Queue<string>([Path.GetFullPath(manifest.Notice.More, folder)]);
        var seen = new HashSet<string>(pages, StringComparer.Ordinal);
        while (pages.TryDequeue(out var page))
        {
            Assert.True(File.Exists(page), page);
            if (Path.GetExtension(page) != ".md")
                continue;
            var text = File.ReadAllText(page);
            foreach (var link in Link().Matches(text).Select(m => m.Groups["to"].Value))
            {
                // Of the pages elsewhere, this one links only to the tool's own repository.
                if (link.StartsWith("https:", StringComparison.Ordinal))
                    Assert.Equal(manifest.Repository, link);
                else if (Path.GetFullPath(link, Path.GetDirectoryName(page)!) is var target && seen.Add(target))
                    pages.Enqueue(target);
            }
        }

        Assert.Contains(Path.GetFullPath("telemetry.yaml", folder), seen);
    }

    /// <summary>The target of a link, <c>[text](target)</c> or <c>&lt;https:...></c>.</summary>
    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)|<(?<to>https:[^>\s]+)>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [Fact]
    public void The_page_of_the_notice_exists_and_names_every_field_and_every_opt_out()
    {
        var manifest = ManifestReader.Read(Sample.Manifest).Manifest!;
        var page = File.ReadAllText(Path.Combine(Sample.Folder, manifest.Notice.More!));
        foreach (var name in manifest.Events.SelectMany(manifest.FieldsOf).Select(f => f.Name).Concat(
            manifest.Events.Select(e => e.Name)))
            Assert.Contains($"`{name}`", page, StringComparison.Ordinal);
        foreach (var word in (string[])[
            manifest.Consent.Option!, manifest.Consent.Variables[0].Name, manifest.Consent.Marker!, "DO_NOT_TRACK",
                "--printmetrics"])
            Assert.Contains(word, page, StringComparison.Ordinal);
    }
}
