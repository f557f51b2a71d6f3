// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Tests;

/// <summary>Manifests for tests: the vectors by name, with changes where a test needs them.</summary>
static class Some
{
    public static ToolManifest Plain(params (string Old, string New)[] changes) =>
        Manifest("valid-plain.yaml", changes);

    public static ToolManifest AllTypes(params (string Old, string New)[] changes) =>
        Manifest("valid-all-types.yaml", changes);

    public static ToolManifest Kmpkg() => Accepted(Repository.Read("samples", "kmpkg", "telemetry.yaml"));

    static ToolManifest Manifest(string name, (string Old, string New)[] changes)
    {
        var text = Repository.Read("spec", "vectors", "manifest", name);
        foreach (var (old, replacement) in changes)
        {
            Assert.Contains(old, text);
            text = text.Replace(old, replacement, StringComparison.Ordinal);
        }

        return Accepted(text);
    }

    static ToolManifest Accepted(string text)
    {
        var result = ManifestReader.Read(text);
        Assert.DoesNotContain(result.Diagnostics, d => d.Severity == ManifestSeverity.Error);
        return result.Manifest!;
    }
}
