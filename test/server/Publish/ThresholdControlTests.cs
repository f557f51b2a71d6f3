// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Tests;

public sealed class ThresholdControlTests
{
    static readonly Dataset Usage = Some.Dataset("usage", 3, ["install", "remove"], "event");
    static readonly Dataset Versions = Some.Dataset("versions", 3, ["install", "remove"], "version");
    static readonly Dataset Releases = Some.Dataset("releases", 5, ["install", "remove"], "version");

    [Fact]
    public void A_day_has_one_group_for_each_group_with_events_and_names_their_versions()
    {
        var day = Fold([Some.Manifest(Usage, Versions)], Atom(4));
        Assert.Equal(["event", "version"], day.Groups.Select(g => Assert.Single(g.Columns)));
        Assert.All(day.Groups, g => Assert.Equal([1], g.Versions));
        Assert.All(day.Groups, g => Assert.Equal(4, Assert.Single(g.Rows).Occurrences));
        Assert.Empty(Fold([Some.Manifest(Usage)]).Groups);
    }

    [Fact]
    public void A_day_with_events_but_too_few_installations_has_events_left_out()
    {
        var group = Assert.Single(Fold([Some.Manifest(Usage)], Atom(2)).Groups);
        Assert.Empty(group.Rows);
        Assert.True(group.HasEventsLeftOut);
    }

    [Fact]
    public void The_largest_minimum_of_a_group_holds_for_all_its_datasets()
    {
        var group = Assert.Single(Fold([Some.Manifest(Versions, Releases)], Atom(4)).Groups);
        Assert.Empty(group.Rows);
    }

    [Fact]
    public void Versions_that_declare_a_group_alike_share_its_rows()
    {
        var first = Some.Manifest(Usage);
        var day = Fold([first, first with { Version = 2 }], Atom(2), Atom(2, version: 2, first: 2));
        var group = Assert.Single(day.Groups);
        Assert.Equal([1, 2], group.Versions);
        Assert.Equal(4, Assert.Single(group.Rows).Occurrences);
    }

    [Fact]
    public void Events_of_a_version_with_another_minimum_do_not_lift_each_other_over_the_threshold()
    {
        var lower = Some.Manifest(Usage) with { Version = 2 };
        var day = Fold([Some.Manifest(Usage with { Minimum = 5 }), lower], Atom(4), Atom(3, version: 2, first: 4));
        Assert.Equal(["1", "2"], day.Groups.Select(g => string.Join(' ', g.Versions)));
        Assert.True(day.Groups[0].HasEventsLeftOut);
        Assert.Equal(3, Assert.Single(day.Groups[1].Rows).Occurrences);
    }

    [Fact]
    public void Events_of_a_version_whose_manifest_is_missing_are_an_error() =>
        Assert.Contains("version 2 of the manifest", Assert.Throws<StoreException>(
            () => Fold([Some.Manifest(Usage)], Atom(4, version: 2))).Message);

    static FoldedDay Fold(ToolManifest[] manifests, params Atom[] atoms) => new ThresholdControl().Fold(
        new DayCells(new MemoryCells(atoms), manifests, VersionGroup.Of(manifests), Some.Day));

    static Atom Atom(int installations, int version = 1, int first = 0) => new(
        Some.Day, "install", new Dictionary<string, string?>(StringComparer.Ordinal) { ["version"] = "1.4.2" },
        installations, [.. Some.Installations(installations, first)])
    {
        Version = version,
    };
}
