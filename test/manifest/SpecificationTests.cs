// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Tests;

/// <summary>The example in <c>spec/manifest.md</c> is a manifest without a finding.</summary>
public sealed class SpecificationTests
{
    [Fact]
    public void The_example_has_lists_groups_and_a_dataset_and_no_finding()
    {
        var example = Repository.Read("spec", "manifest.md").Split("```yaml\n")[1].Split("```")[0];
        var result = ManifestReader.Read(example);
        Assert.Empty(result.Diagnostics);
        Assert.Equal(
            (1, 2, 1),
            (result.Manifest!.Lists.Count, result.Manifest.Events.Count, result.Manifest.Datasets.Count));
        Assert.Contains(result.Manifest.Events[1].Fields, field => field.Name == "duration");
    }
}
