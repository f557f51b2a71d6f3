// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.Generator.Tests;

/// <summary>
/// The build reports the reader's diagnostics for all of spec/vectors, and valid manifests of every size compile.
/// </summary>
public sealed class VectorTests
{
    static readonly string Folder = Repository.PathOf("spec/vectors/manifest");

    public static TheoryData<string> Vectors { get; } =
    [
        .. Directory.GetFiles(Folder, "*.yaml").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void The_build_reports_the_diagnostics_of_the_reader(string vector)
    {
        var text = File.ReadAllText(Path.Combine(Folder, vector));
        var read = ManifestReader.Read(text);
        var built = new Project { Manifest = text, OutputType = "Exe" }.Build();
        Assert.Null(built.Crash);
        Assert.Equal(
            read.Diagnostics.Where(d => d.Severity != ManifestSeverity.Advice).Select(d => (
                d.Id, d.Line - 1, d.Column - 1, d.Message)),
            built.Diagnostics.Select(d => (d, d.Location.GetLineSpan().StartLinePosition)).Select(pair => (
                pair.d.Id, pair.StartLinePosition.Line, pair.StartLinePosition.Character,
                pair.d.GetMessage(CultureInfo.InvariantCulture))));
        Assert.Equal(read.Manifest is not null, built.Text is not null);
        Assert.Empty(built.CompilerDiagnostics);
    }

    [Fact]
    public void A_manifest_of_the_largest_size_compiles()
    {
        var values = string.Join(", ", Enumerable.Range(0, 10_000).Select(i => $"library-with-a-rather-long-name-{i}"));
        var fields = Enumerable.Range(0, 50).SelectMany(i => new[]
        {
            Some.Field($"set{i}", "enum-set", "[library-with-a-rather-long-name-7]", "list: catalogue"),
            Some.Field($"own{i}", "enum", "a", "values: [a, b, c]"),
        });
        var events = string.Concat(Enumerable.Range(0, 200).Select(i => Some.Event($"event{i}", i == 0 ? fields : [])));
        var manifest = Some.Manifest($"lists:\n  catalogue: [{values}]\nevents:\n{events}");
        var built = new Project { Manifest = manifest }.Build();
        Assert.Null(built.Crash);
        Assert.DoesNotContain(built.Diagnostics, f => f.Severity == DiagnosticSeverity.Error);
        Assert.Empty(built.CompilerDiagnostics);
    }
}
