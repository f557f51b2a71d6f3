// SPDX-License-Identifier: MIT

using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Publish.Tests;

public sealed class HierarchyTests
{
    [Theory]
    [InlineData("debian.12.5", "debian.12")]
    [InlineData("debian.12", "debian.12")]
    [InlineData("ubuntu.24.04", "ubuntu.24")]
    [InlineData("opensuse-leap.15.6", "opensuse-leap.15")]
    [InlineData("10.0.26100", "10")]
    [InlineData("15.4", "15")]
    [InlineData("arch", "arch")]
    [InlineData("other", "other")]
    [InlineData("none", "none")]
    [InlineData("odd.", "odd.")]
    public void A_system_version_is_generalised_to_its_major_number(string value, string major)
    {
        Assert.Equal(major, Hierarchy.OsVersion.Generalize(value, 1));
        Assert.Equal("other", Hierarchy.OsVersion.Generalize(value, 2));
    }

    [Theory]
    [InlineData("1.4.2-rc.1", "1.4", "1")]
    [InlineData("1.4.2", "1.4", "1")]
    [InlineData("10.0.12.7", "10.0", "10")]
    [InlineData("1.4", "1.4", "1")]
    [InlineData("1", "1", "1")]
    [InlineData("1-preview.2", "1", "1")]
    [InlineData("1.4-preview", "1.4", "1")]
    [InlineData("other", "other", "other")]
    [InlineData("none", "none", "none")]
    public void A_version_is_generalised_to_major_and_minor_then_to_major(string value, string minor, string major)
    {
        Assert.Equal(minor, Hierarchy.Version.Generalize(value, 1));
        Assert.Equal(major, Hierarchy.Version.Generalize(value, 2));
        Assert.Equal("other", Hierarchy.Version.Generalize(value, 3));
    }

    [Fact]
    public void A_generalised_label_generalises_further_as_its_value_would()
    {
        var part = Gen.Elements(
            "0", "1", "12", "debian", "opensuse-leap", "rc", "UG", "Uganda", "?AF", "other", "none");
        var value = part.NonEmptyListOf().Select(parts => string.Join('.', parts)).Or(part)
            .Or(part.Two().Select(two => $"{two.Item1}-{two.Item2}"));
        var hierarchies = new List<Hierarchy>
        {
            Hierarchy.Flat, Hierarchy.OsVersion, Hierarchy.Version, Hierarchy.Country, Hierarchy.Scheme,
        };
        Prop.ForAll(value.ToArbitrary(), text =>
        {
            foreach (var hierarchy in hierarchies)
            {
                var label = hierarchy.LabelOf(text);
                Assert.Equal("other", hierarchy.Generalize(label, hierarchy.MaxLevel));
                for (var high = 0; high <= hierarchy.MaxLevel; high++)
                {
                    var expected = hierarchy.Generalize(label, high);
                    for (var low = 0; low <= high; low++)
                        Assert.Equal(expected, hierarchy.Generalize(hierarchy.Generalize(label, low), high));
                }
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Two_labels_have_a_most_detailed_common_label()
    {
        Assert.Equal("debian.12", Hierarchy.OsVersion.CommonLabel("debian.12.5", "debian.12.4"));
        Assert.Equal("other", Hierarchy.OsVersion.CommonLabel("debian.12.5", "debian.11"));
        Assert.Equal("Africa", Hierarchy.Country.CommonLabel("Uganda", "Africa"));
        Assert.Equal("linux", Hierarchy.Flat.CommonLabel("linux", "linux"));
    }

    [Theory]
    [InlineData(FieldType.UriScheme, "none", "no_scheme")]
    [InlineData(FieldType.UriScheme, "https", "https")]
    [InlineData(FieldType.UriScheme, null, "none")]
    [InlineData(FieldType.Enum, "none", "other")] // from a manifest that was accepted before the word was refused
    [InlineData(FieldType.Enum, "not-collected", "other")]
    [InlineData(FieldType.Enum, null, "none")]
    public void No_stored_value_has_the_label_of_an_event_without_a_value(
        FieldType type, string? value, string label) =>
        Assert.Equal(label, Hierarchy.For(SomeManifest.Field("a", type)).LabelOf(value));
}
