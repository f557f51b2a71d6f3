// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Tests;

/// <summary>
/// Small manifests with mistakes (spec/vectors/manifest): their first lines list the expected positions and ids.
/// </summary>
public sealed class VectorTests
{
    const string Expect = "# expect: ";

    // SizeTests generates the texts of more than 8 MiB, or of more than fits into generated code.
    static readonly string[] GeneratedByTests = [DiagnosticKind.TooLarge.Id, DiagnosticKind.TooMuchToGenerate.Id];

    public static TheoryData<string> Names() =>
        [.. Directory.GetFiles(Repository.PathOf("spec", "vectors", "manifest"), "*.yaml")
            .Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_mistake_is_reported_at_its_position(string name)
    {
        var text = TextOf(name);
        var result = ManifestReader.Read(text);
        Assert.Equal(Expected(text), result.Diagnostics.Select(d => $"{d.Line},{d.Column} {d.Id}"));
        Assert.Equal(result.Manifest is null, result.Diagnostics.Any(d => d.Severity == ManifestSeverity.Error));
        Assert.Equal(name.StartsWith("valid", StringComparison.Ordinal)
            || name.StartsWith("warning", StringComparison.Ordinal), result.Manifest is not null);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Windows_line_ends_and_a_byte_order_mark_do_not_move_positions(string name)
    {
        var text = TextOf(name);
        var windows = ManifestReader.Read("\ufeff" + text.Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.Equal(ManifestReader.Read(text).Diagnostics, windows.Diagnostics);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_is_one_line_and_ends_like_a_sentence(string name)
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
        Assert.Equal(DiagnosticKind.All.Select(k => k.Id).Except(GeneratedByTests).Order(), expected.Order());
    }

    static string TextOf(string name) => Repository.Read("spec", "vectors", "manifest", name);

    static IEnumerable<string> Expected(string text) =>
        text.Split('\n').TakeWhile(l => l.StartsWith(Expect, StringComparison.Ordinal)).Select(l => l[Expect.Length..]);
}
