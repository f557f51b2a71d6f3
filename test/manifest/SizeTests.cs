// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Tests;

/// <summary>The largest manifests that are allowed, and texts that exceed the limits.</summary>
public sealed class SizeTests
{
    static readonly string Plain = Repository.Read("spec", "vectors", "manifest", "valid-plain.yaml");

    [Fact]
    public void A_list_has_at_most_10_000_values()
    {
        var largest = ManifestReader.Read(WithColours(Names(10_000)));
        Assert.Empty(largest.Diagnostics);
        Assert.Equal(10_000, largest.Manifest!.FindEvent("run")!.Fields.Single(f => f.Name == "colour").Values.Count);

        var tooMany = ManifestReader.Read(WithColours(Names(10_001))).Diagnostics.Single();
        Assert.Equal(DiagnosticKind.ListSize.Id, tooMany.Id);
    }

    [Fact]
    public void Values_are_sorted_by_bytes()
    {
        var result = ManifestReader.Read(WithColours(["b", "_", "B", "red", "a.b", "a-b", "a"]));
        Assert.Equal(["B", "_", "a", "a-b", "a.b", "b", "red"], result.Manifest!.Lists[0].Values);
    }

    [Fact]
    public void Only_the_first_thousand_of_ten_thousand_mistakes_are_reported()
    {
        var result = ManifestReader.Read(WithColours(Names(10_000).Select(n => n == "red" ? n : n + "!")));
        Assert.Null(result.Manifest);
        Assert.Equal(Enumerable.Range(18, 1000), result.Diagnostics.Select(d => d.Line));
    }

    [Fact]
    public void A_text_of_more_than_8_MiB_is_not_parsed()
    {
        var diagnostic = ManifestReader.Read(Plain + new string('#', 8 * 1024 * 1024)).Diagnostics.Single();
        Assert.Equal((DiagnosticKind.TooLarge.Id, 1, 1), (diagnostic.Id, diagnostic.Line, diagnostic.Column));
    }

    [Fact]
    public void A_manifest_whose_generated_code_would_not_compile_is_an_error()
    {
        var buckets = string.Join(", ", Enumerable.Range(0, 1_000));
        var fields = string.Concat(Enumerable.Range(0, 80).Select(i =>
            $"    f_{i}: {{ type: count, buckets: [{buckets}], why: To test., example: 1, published: false }}\n"));
        ManifestResult WithEvents(int count) => ManifestReader.Read(
            Plain[..Plain.IndexOf("groups:", StringComparison.Ordinal)] + "groups:\n  many:\n" + fields + "events:\n"
                + string.Concat(Enumerable.Range(0, count).Select(i =>
                    $"  e_{i}:\n    why: To test.\n    groups: [many]\n")));
        Assert.DoesNotContain(WithEvents(3).Diagnostics, d => d.Severity == ManifestSeverity.Error);
        var error = Assert.Single(WithEvents(20).Diagnostics, d => d.Severity == ManifestSeverity.Error);
        Assert.Equal(DiagnosticKind.TooMuchToGenerate.Id, error.Id);
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
    public void A_million_repeats_of_one_piece_are_an_error(string piece)
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
