// SPDX-License-Identifier: MIT
// Small manifests with mistakes (spec/vectors/manifest), each with the places and ids that its first lines expect.

namespace Tallymark.Manifests.Tests;

public sealed class VectorTests
{
    const string Expect = "# expect: ";

    // A text of more than 8 MiB is made by the test itself.
    static readonly string[] MadeByTests = [Rule.TooLarge.Id];

    public static TheoryData<string> Names() =>
        [.. Directory.GetFiles(Repository.PathOf("spec", "vectors", "manifest"), "*.yaml")
            .Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_mistake_is_found_where_it_is(string name)
    {
        var text = TextOf(name);
        var result = ManifestReader.Read(text);
        Assert.Equal(Expected(text), result.Diagnostics.Select(d => $"{d.Line},{d.Column} {d.Id}"));
        Assert.Equal(result.Manifest is null, result.Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error));
        Assert.Equal(name.StartsWith("valid", StringComparison.Ordinal)
            || name.StartsWith("warning", StringComparison.Ordinal), result.Manifest is not null);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Line_ends_of_Windows_and_a_byte_order_mark_move_nothing(string name)
    {
        var text = TextOf(name);
        var windows = ManifestReader.Read("\ufeff" + text.Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.Equal(ManifestReader.Read(text).Diagnostics, windows.Diagnostics);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_says_what_to_write_instead_in_one_line(string name)
    {
        foreach (var message in ManifestReader.Read(TextOf(name)).Diagnostics.Select(d => d.Message))
        {
            Assert.DoesNotContain('\n', message);
            Assert.Contains(message[^1], ".?");
            Assert.InRange(message.Length, 30, 500);
        }
    }

    [Fact]
    public void Every_id_has_a_vector()
    {
        var expected = Names().SelectMany(row => Expected(TextOf(row.Data))).Select(line => line.Split(' ')[1])
            .ToHashSet(StringComparer.Ordinal);
        Assert.Equal(Rule.All.Select(r => r.Id).Except(MadeByTests).Order(), expected.Order());
    }

    static string TextOf(string name) => Repository.Read("spec", "vectors", "manifest", name);

    static IEnumerable<string> Expected(string text) =>
        text.Split('\n').TakeWhile(l => l.StartsWith(Expect, StringComparison.Ordinal)).Select(l => l[Expect.Length..]);
}
