// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.Publish.Tests;

/// <summary>Each event is published under what its own version of the manifest promised.</summary>
public sealed class VersionTests : IDisposable
{
    static readonly Dataset Usage = Some.Dataset("usage", 20, ["install", "remove"], "event");
    static readonly Dataset Wider = Some.Dataset("usage", 20, ["install", "remove"], "event", "os");
    static readonly Dataset Countries = Some.Dataset("countries", 20, ["install", "remove"], "country");

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_column_of_a_later_version_says_that_earlier_events_do_not_have_it()
    {
        Publish([Version(1, Usage), Version(2, Wider)], Atom(1, 25), Atom(2, 30));
        Assert.Equal(
            "Timestamp\tOccurrences\tCommand\tos\n" +
            "2026-11-20\t30\tinstall\tlinux\n" +
            "2026-11-20\t25\tinstall\tnot-collected\n", Text("usage"));
        var metadata = Metadata("usage");
        Assert.Equal("[1,2]", metadata.GetProperty("manifests").GetRawText());
        Assert.Equal("[2]", metadata.GetProperty("columns")[3].GetProperty("manifests").GetRawText());
        Assert.False(metadata.GetProperty("columns")[2].TryGetProperty("manifests", out _));
        foreach (var version in new[] { 1, 2 })
        {
            Assert.Contains(
                $"\"manifest\": {version},", File.ReadAllText(_folder[$"kmpkg/dictionary-{version}.json"]),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_value_that_its_version_promised_not_to_publish_is_in_no_file()
    {
        // Version 1 has the field with `published: false`; version 2 publishes it.
        Publish([Version(1, Usage), Version(2, Usage, Countries)], Atom(1, 25), Atom(2, 30));
        Assert.Equal("Timestamp\tOccurrences\tcountry\n2026-11-20\t30\tUganda\n", Text("countries"));
        Assert.Equal("Timestamp\tOccurrences\tCommand\n2026-11-20\t55\tinstall\n", Text("usage"));
        Assert.Equal("[2]", Metadata("countries").GetProperty("manifests").GetRawText());
    }

    [Fact]
    public void A_lower_minimum_does_not_publish_events_of_the_version_with_the_higher_one()
    {
        var files = Publish([Version(1, Usage with { Minimum = 50 }), Version(2, Usage)], Atom(1, 25), Atom(2, 30));
        Assert.Equal("Timestamp\tOccurrences\tCommand\n2026-11-20\t30\tinstall\n", Text("usage"));
        Assert.Equal(1, Assert.Single(files).DaysLeftOut);
        Assert.Equal(20, Metadata("usage").GetProperty("minimum").GetInt32());
    }

    [Fact]
    public void A_dataset_that_a_later_version_drops_is_released_if_the_period_has_events_of_it()
    {
        ToolManifest[] manifests = [Version(1, Usage, Countries), Version(2, Usage)];
        Assert.Equal(
            ["usage", "countries"], Publish(manifests, Atom(1, 25), Atom(2, 30)).Select(f => f.Dataset));
        Assert.Equal("Timestamp\tOccurrences\tcountry\n2026-11-20\t25\tUganda\n", Text("countries"));
        Assert.Equal("Timestamp\tOccurrences\tCommand\n2026-11-20\t55\tinstall\n", Text("usage"));

        using var later = new TempFolder();
        Assert.Equal(["usage"], Publish(manifests, later.Path, provisional: false, Atom(2, 30)).Select(f => f.Dataset));
        Assert.Contains("has dataset countries", Assert.Throws<PublishException>(() => new Publisher(
            new MemoryCells([Atom(2, 30)]), new FakeTimeProvider(Some.Closed)).Publish(
                new PublishRequest(
                    manifests, Some.Quarter, later.Path, later["days"], Dataset: "countries"))).Message);
    }

    [Fact]
    public void A_preview_of_a_dataset_that_the_period_does_not_have_is_removed()
    {
        Publish([Version(1, Usage, Countries)], _folder.Path, provisional: true);
        Assert.True(File.Exists(_folder["kmpkg/provisional/kmpkg-countries-2026-q4.tsv"]));
        Publish([Version(1, Usage, Countries), Version(2, Wider)], _folder.Path, provisional: true, Atom(2, 30));
        Assert.False(File.Exists(_folder["kmpkg/provisional/kmpkg-countries-2026-q4.tsv"]));
        Assert.DoesNotContain(
            "countries", File.ReadAllText(_folder["kmpkg/provisional/index.json"]), StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["kmpkg/provisional/kmpkg-usage-2026-q4.tsv"]));
    }

    [Fact]
    public void A_later_version_without_events_in_the_period_changes_no_release()
    {
        Publish([Version(1, Usage)], Atom(1, 25));
        var released = Text("usage");
        Assert.Equal([false], Publish([Version(1, Usage), Version(2, Wider)], Atom(1, 25)).Select(f => f.Written));
        Assert.Equal(released, Text("usage"));
    }

    IReadOnlyList<PublishedFile> Publish(ToolManifest[] manifests, params Atom[] atoms) =>
        Publish(manifests, _folder.Path, provisional: false, atoms);

    static IReadOnlyList<PublishedFile> Publish(
        ToolManifest[] manifests, string folder, bool provisional, params Atom[] atoms)
    {
        using var days = new TempFolder(inMemory: true);
        return new Publisher(
                new MemoryCells(atoms), new FakeTimeProvider(provisional ? Some.Shown(Some.Day) : Some.Closed))
            .Publish(new PublishRequest(manifests, Some.Quarter, folder, days["folded"], provisional));
    }

    static ToolManifest Version(int version, params Dataset[] datasets) =>
        Some.Manifest(datasets) with { Version = version };

    static Atom Atom(int version, int installations) => new(
        Some.Day, "install",
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["os"] = "linux", ["country"] = "UG" },
        installations, [.. Some.Installations(installations, 100 * version)])
    {
        Version = version,
    };

    string Text(string dataset) => File.ReadAllText(_folder[$"kmpkg/kmpkg-{dataset}-2026-q4.tsv"]);

    JsonElement Metadata(string dataset) =>
        JsonDocument.Parse(File.ReadAllBytes(_folder[$"kmpkg/kmpkg-{dataset}-2026-q4.json"])).RootElement;
}
