// SPDX-License-Identifier: MIT
// The largest manifests that are allowed, and texts that are made to be too much.

namespace Tallymark.Manifests.Tests;

public sealed class SizeTests
{
    static readonly string Plain = Repository.Read("spec", "vectors", "manifest", "valid-plain.yaml");

    [Fact]
    public void A_list_has_10_000_values_and_not_one_more()
    {
        var most = ManifestReader.Read(WithColours(Names(10_000)));
        Assert.Empty(most.Diagnostics);
        Assert.Equal(10_000, most.Manifest!.FindEvent("run")!.Fields.Single(f => f.Name == "colour").Values.Count);

        var tooMany = ManifestReader.Read(WithColours(Names(10_001))).Diagnostics.Single();
        Assert.Equal(Rule.ListSize.Id, tooMany.Id);
    }

    [Fact]
    public void Values_are_sorted_by_bytes()
    {
        var result = ManifestReader.Read(WithColours(["b", "_", "B", "red", "a.b", "a-b", "a"]));
        Assert.Equal(["B", "_", "a", "a-b", "a.b", "b", "red"], result.Manifest!.Lists[0].Values);
    }

    [Fact]
    public void Of_ten_thousand_wrong_values_the_first_thousand_are_reported()
    {
        var result = ManifestReader.Read(WithColours(Names(10_000).Select(n => n == "red" ? n : n + "!")));
        Assert.Null(result.Manifest);
        Assert.Equal(Enumerable.Range(17, 1000), result.Diagnostics.Select(d => d.Line));
    }

    [Fact]
    public void A_text_of_more_than_8_MiB_is_not_looked_at()
    {
        var finding = ManifestReader.Read(Plain + new string('#', 8 * 1024 * 1024)).Diagnostics.Single();
        Assert.Equal((Rule.TooLarge.Id, 1, 1), (finding.Id, finding.Line, finding.Column));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("a: [")]
    [InlineData("&a ")]
    [InlineData("!!x ")]
    [InlineData("'")]
    [InlineData("a:\n ")]
    public void A_million_of_the_same_is_refused(string piece)
    {
        var result = ManifestReader.Read(string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length)));
        Assert.Null(result.Manifest);
        Assert.NotEmpty(result.Diagnostics);
    }

    static IEnumerable<string> Names(int count) =>
        Enumerable.Range(1, count - 1).Select(i => $"colour-{i}").Append("red");

    static string WithColours(IEnumerable<string> names) =>
        Plain.Replace("[blue, green, red]", "\n" + string.Concat(names.Select(n => $"    - {n}\n")),
            StringComparison.Ordinal);
}
