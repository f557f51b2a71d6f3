// SPDX-License-Identifier: MIT
// The script that users start with: it builds, shows the notice, and notes for this user that it was shown.

namespace Kmpkg.Tests;

// A build by the script writes into the sample's own output, from which the other tests run it: never at the same time.
[CollectionDefinition(nameof(BootstrapTests), DisableParallelization = true)]
[Collection(nameof(BootstrapTests))]
public sealed class BootstrapTests
{
    [Fact]
    public async Task It_shows_the_notice_with_all_ways_to_say_no_and_writes_the_receipt()
    {
        using var here = new Workplace();
        var ended = (await here.Bootstrap("-skipBuild")).With(0);
        foreach (var words in (string[])[
            "anonymous", "bootstrap-kmpkg", "-disableMetrics", "--disable-metrics", "KMPKG_DISABLE_METRICS", "docs/about/privacy.md"])
            Assert.Contains(words, ended.Errors, StringComparison.Ordinal);
        Assert.StartsWith("kmpkg is in ", Assert.Single(ended.Lines), StringComparison.Ordinal);

        var receipt = Assert.Single(here.HomeFiles());
        Assert.Equal(".local/state/tallymark/kmpkg/receipts/setup", receipt.Key);
        var text = Convert.FromHexString(receipt.Value);
        Assert.StartsWith("tallymark-receipt 1\nchannel setup\n", System.Text.Encoding.UTF8.GetString(text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_builds_the_tool_into_a_folder_that_is_named_from_anywhere()
    {
        using var here = new Workplace();
        // The build needs the packages of the real home; what telemetry keeps goes to the one of the test.
        var state = Path.Combine(here.Home, "state");
        here.Environment["XDG_STATE_HOME"] = state;
        here.Environment["HOME"] = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        here.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        var folder = Path.GetDirectoryName(here.Tree)!;
        var ended = await Sample.Run(Sample.Bootstrap, ["--to", "a new/place"], here.Environment, folder);
        ended.With(0);
        Assert.True(File.Exists(Path.Combine(state, "tallymark/kmpkg/receipts/setup")));
        var tool = Path.Combine(folder, "a new/place/kmpkg");
        var version = (await Sample.Run(tool, ["--version"], here.Environment, folder)).With(0).Output;
        Assert.StartsWith("1.4.2", version, StringComparison.Ordinal);
        (await Sample.Run(tool, ["install", "zlib", "--install-root", here.Tree], here.Environment, folder)).With(0);
        Assert.Contains("include/zlib.h", here.InstalledFiles());
    }

    [Fact]
    public async Task It_says_what_is_missing()
    {
        using var here = new Workplace();
        var place = Path.GetDirectoryName(here.Tree)!;
        var empty = Directory.CreateDirectory(Path.Combine(place, "empty")).FullName;
        var ended = (await Sample.Run(Sample.Bootstrap, ["-skipBuild", "--to", empty], here.Environment, place)).With(1);
        Assert.Contains($"there is no kmpkg in '{empty}'", ended.Errors, StringComparison.Ordinal);

        // A path on which there are the few programs that the script calls, but no dotnet.
        foreach (var program in (string[])["bash", "env", "dirname", "cat"])
        {
            File.CreateSymbolicLink(Path.Combine(empty, program), Environment.GetEnvironmentVariable("PATH")!.Split(':')
                .Select(p => Path.Combine(p, program)).First(File.Exists));
        }

        here.Environment["PATH"] = empty;
        ended = (await Sample.Run(Sample.Bootstrap, ["--to", Path.Combine(place, "to")], here.Environment, place)).With(1);
        Assert.Contains("the .NET 10 SDK is missing. Get it from", ended.Errors, StringComparison.Ordinal);
        Assert.Empty(here.HomeFiles());
    }

    [Fact]
    public async Task A_home_that_is_not_there_does_not_stop_it_and_nothing_is_recorded()
    {
        using var here = new Workplace();
        here.Environment["HOME"] = "/proc/nowhere";
        var ended = (await here.Bootstrap("-skipBuild")).With(0);
        Assert.EndsWith("so nothing is recorded for this user.\n", ended.Errors, StringComparison.Ordinal);
        (await here.Kmpkg("list")).With(0);
    }

    [Theory]
    [InlineData("-disablemetrics")]
    [InlineData("--to")]
    public async Task It_refuses_words_that_it_does_not_know_and_does_nothing(string word)
    {
        using var here = new Workplace();
        (await Sample.Run(Sample.Bootstrap, ["-skipBuild", word], here.Environment, here.Home)).With(1);
        Assert.Empty(here.HomeFiles());
    }

    [Fact]
    public void Both_scripts_know_the_same_words()
    {
        var unix = File.ReadAllText(Sample.Bootstrap);
        var windows = File.ReadAllText(Path.ChangeExtension(Sample.Bootstrap, ".bat"));
        Assert.Equal(windows.Split('\n').Length - 1, windows.Split("\r\n").Length - 1);
        foreach (var word in (string[])["-disableMetrics", "-skipBuild", "--to", "kmpkg.disable-metrics", "telemetry notice", "https://dot.net"])
        {
            Assert.Contains(word, unix, StringComparison.Ordinal);
            Assert.Contains(word, windows, StringComparison.Ordinal);
        }

        Assert.Contains("re-running the bootstrap-kmpkg script with -disableMetrics", Sample.Manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_that_the_notice_names_is_there_and_names_every_field_and_every_way_to_say_no()
    {
        var manifest = ManifestReader.Read(Sample.Manifest).Manifest!;
        var page = File.ReadAllText(Path.Combine(Sample.Folder, manifest.Notice.More!));
        foreach (var name in manifest.Events.SelectMany(manifest.FieldsOf).Select(f => f.Name).Concat(manifest.Events.Select(e => e.Name)))
            Assert.Contains($"`{name}`", page, StringComparison.Ordinal);
        foreach (var word in (string[])[
            manifest.Consent.Option!, manifest.Consent.Variables[0].Name, manifest.Consent.Marker!, "DO_NOT_TRACK", "--printmetrics"])
            Assert.Contains(word, page, StringComparison.Ordinal);
    }
}
