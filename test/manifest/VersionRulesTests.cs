// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Tests;

/// <summary>Changes that a new version may not make, and those that it makes in an open period.</summary>
public sealed class VersionRulesTests
{
    [Theory]
    [InlineData("type: session", "type: random-id")]
    [InlineData("salt: tool", "salt: installation")]
    public void A_field_keeps_its_type_and_salt(string old, string replacement)
    {
        var later = Some.AllTypes(("version: 12", "version: 13"), (old, replacement));
        var conflict = VersionRules.Conflict(Some.AllTypes(), later);
        Assert.Contains("in accepted version 12", conflict);
        Assert.Contains("use a different name", conflict);
        Assert.Contains("in accepted version 13", VersionRules.Conflict(later, Some.AllTypes())); // in either order
    }

    [Fact]
    public void A_field_keeps_its_part()
    {
        var earlier = Some.Kmpkg();
        var later = earlier with
        {
            Version = earlier.Version + 1,
            Fields = [.. earlier.Fields.Select(f => f.Name == "os_version" ? f with { Part = "family" } : f)],
        };
        Assert.StartsWith(
            "the field `os_version` is `os part: family` here, but `os part: version` in accepted version",
            VersionRules.Conflict(earlier, later));
    }

    [Theory]
    [InlineData("minimum: 50", "minimum: 30")]
    [InlineData("values: [b, a]", "values: [b, a, c]")]
    [InlineData("published: true", "published: true ")]
    [InlineData("buckets: [0, 1, 10, 100]", "buckets: [0, 10, 100]")]
    public void Other_changes_are_accepted(string old, string replacement) =>
        Assert.Null(VersionRules.Conflict(
            Some.AllTypes(), Some.AllTypes(("version: 12", "version: 13"), (old, replacement))));

    [Fact]
    public void Each_change_of_a_dataset_and_of_the_retention_is_named()
    {
        var earlier = Some.Plain();
        var runs = earlier.Datasets[0];
        var later = earlier with
        {
            Version = 2,
            RetentionDays = 400,
            MaxPerDay = 500,
            Datasets =
            [
                runs with
                {
                    Minimum = 30,
                    Columns = [.. runs.Columns.Take(2), new DatasetColumn("Status", ColumnSource.Status, Field: null)],
                },
                runs with { Name = "others" },
            ],
        };
        Assert.Equal(
            [
                "dataset runs: column Status is new. Rows of version 1 have `not-collected` in it.",
                "dataset runs: column Colour is removed. Periods with events of version 1 still have it; rows of "
                    + "version 2 have `not-collected` in it.",
                "dataset runs: minimum 30 instead of 20. Rows of version 1 keep 20.",
                "dataset others: new. It has events of version 2 and later only, in an open period too.",
                "max-per-day: 500 instead of 200. Events of version 1 keep 200.",
                "retention: 400 days. Events of version 1 are still removed after 90.",
            ],
            VersionRules.Effects(earlier, later));
        Assert.Equal(
            "dataset others: removed. Periods with events of version 2 still release it.",
            VersionRules.Effects(later, earlier with { Version = 3 })[3]);
        Assert.Empty(VersionRules.Effects(earlier, earlier with { Version = 2 }));
    }
}
