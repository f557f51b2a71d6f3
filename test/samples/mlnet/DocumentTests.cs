// SPDX-License-Identifier: MIT
namespace Mlnet.Tests;

/// <summary>The sample's pages say what the manifest says.</summary>
public sealed class DocumentTests
{
    static readonly ToolManifest Manifest =
        ManifestReader.Read(File.ReadAllText(Path.Combine(Workplace.Sample, "telemetry.yaml"))).Manifest!;

    [Fact]
    public void The_page_of_the_notice_is_the_dictionary_of_the_manifest() =>
        // To update it: tallymark dictionary samples/mlnet/telemetry.yaml > samples/mlnet/docs/telemetry.md
        Assert.Equal(
            DataDictionary.Markdown(Manifest),
            File.ReadAllText(Path.Combine(Workplace.Sample, Manifest.Notice.More)));

    [Fact]
    public void The_page_and_the_licence_are_beside_the_built_tool()
    {
        foreach (var name in (string[])[Manifest.Notice.More, "LICENSE.md"])
            Assert.Equal(
                File.ReadAllText(Path.Combine(Workplace.Sample, name)),
                File.ReadAllText(Path.Combine(Workplace.Built, name)));
    }

    [Fact]
    public void The_readme_names_the_document_and_every_field()
    {
        var readme = File.ReadAllText(Path.Combine(Workplace.Sample, "README.md"));
        Assert.Contains("Telemetry collection by the ML.NET CLI", readme, StringComparison.Ordinal);
        foreach (var field in Manifest.FieldsOf(Manifest.FindEvent("invocation")!))
            Assert.Contains($"`{field.Name}`", readme, StringComparison.Ordinal);
    }
}
