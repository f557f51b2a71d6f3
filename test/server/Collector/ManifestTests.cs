// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tests;

/// <summary>Which manifests a collector accepts, keeps and refuses.</summary>
public sealed class ManifestTests
{
    [Fact]
    public async Task All_versions_of_a_manifest_are_valid_side_by_side()
    {
        using var folder = new TempFolder();
        folder.Write("manifests/old/probe.yaml", Some.Manifest);
        folder.Write("manifests/new/probe.yaml", Some.ManifestOf("probe", 2)
            .Replace("  plain:", "  fresh:\n    why: A new event.\n  plain:", StringComparison.Ordinal)
            .Replace("values: [red, green, blue]", "values: [red, green, blue, gold]", StringComparison.Ordinal));
        await using var collector = await InProcessCollector.StartAsync(folder);

        var answer = await collector.SendAsync(
            Some.Line(), Some.Line("fresh"), Some.Line("fresh", manifest: 2), Some.Line("every", "\"colour\":\"gold\""),
            Some.Line("every", "\"colour\":\"gold\"", manifest: 2));

        Assert.Equal(3, answer.Stored);
        Assert.Equal((1, 1), (answer.Dropped["unknown-event"], answer.Dropped["bad-value"]));
    }

    [Fact]
    public async Task An_accepted_manifest_is_valid_at_the_next_start_without_the_operator_s_file()
    {
        using var folder = new TempFolder();
        await using (await InProcessCollector.StartAsync(folder))
            Assert.Equal(Some.Manifest, File.ReadAllText(folder["data/tools/probe/manifests/1.yaml"]));
        File.Delete(folder["manifests/probe.yaml"]);

        await using var collector = await InProcessCollector.StartAsync(folder);

        Assert.Equal(1, (await collector.SendAsync(Some.Line())).Stored);
    }

    [Fact]
    public async Task A_different_text_for_an_accepted_version_is_refused_and_the_accepted_one_stays()
    {
        using var folder = new TempFolder();
        await using (await InProcessCollector.StartAsync(folder))
            folder.Write("manifests/probe.yaml",
                Some.Manifest.Replace("[red, green, blue]", "[red, secret]", StringComparison.Ordinal));

        await using var collector = await InProcessCollector.StartAsync(folder);

        Assert.Contains("was already accepted with different contents", collector.Log, StringComparison.Ordinal);
        Assert.Equal(1, (await collector.SendAsync(Some.Line("every", "\"colour\":\"secret\""))).Dropped["bad-value"]);
        Assert.Equal(1, (await collector.SendAsync(Some.Line("every", "\"colour\":\"green\""))).Stored);
    }

    [Fact]
    public async Task A_broken_manifest_is_refused_with_its_findings_and_others_are_not_affected()
    {
        using var folder = new TempFolder();
        folder.Write("manifests/broken.yaml", Some.ManifestOf("broken")
            .Replace("type: boolean", "type: text", StringComparison.Ordinal));
        folder.Write("manifests/probe.yaml", Some.Manifest);
        await using var collector = await InProcessCollector.StartAsync(folder);

        Assert.Matches(@"broken\.yaml\(\d+,\d+\): error TALLY\d{4}: ", collector.Log);
        Assert.False(Directory.Exists(folder["data/tools/broken"]));
        Assert.Equal(1, (await collector.SendAsync(Some.Line())).Stored);
        Assert.Equal("unknown-tool", (await collector.SendAsync(Some.Batch([Some.Line()], tool: "broken"))).Problem);
    }

    [Theory]
    // A type with another column type.
    [InlineData("switch: { type: boolean, why: Test., example: true", "switch: { type: count, why: Test., example: 1",
        "count", "boolean")]
    [InlineData("random: { type: random-id, why: Test., example: 12345",
        "random: { type: enum, values: [a], why: Test., example: a", "enum", "random-id")]
    public async Task A_version_that_changes_a_field_s_type_is_refused(string before, string after, string type,
        string accepted)
    {
        var second = Some.ManifestOf("probe", 2).Replace(before, after, StringComparison.Ordinal);
        Assert.NotNull(Manifests.ManifestReader.Read(second).Manifest); // valid by itself
        using var folder = new TempFolder();
        folder.Write("manifests/1.yaml", Some.Manifest);
        folder.Write("manifests/2.yaml", second);
        await using var collector = await InProcessCollector.StartAsync(folder);

        Assert.Contains($" is `{type}` here, but `{accepted}` in accepted version 1.", collector.Log,
            StringComparison.Ordinal);
        Assert.Equal(1, (await collector.SendAsync(Some.Line())).Stored);
        Assert.Equal("unknown-manifest", (await collector.SendAsync(Some.Line(manifest: 2))).Problem);

        // An older version that is loaded late is refused too: the newer one already has rows.
        folder.Write("late/2.yaml", second);
        await using var other = await InProcessCollector.StartAsync(folder,
            o => o with { Manifests = folder["late"], Data = folder["other"] });
        File.Move(folder["manifests/1.yaml"], folder["late/1.yaml"]);
        using var client = ControlClient.TryConnect(folder["other"])!;
        Assert.Contains($" is `{accepted}` here, but `{type}` in accepted version 2",
            Assert.Single(client.Reload().Refused).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_manifest_the_collector_runs_and_logs_a_warning()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["manifests"]);
        await using var collector = await InProcessCollector.StartAsync(folder);

        Assert.Contains("No manifest was accepted", collector.Log, StringComparison.Ordinal);
        Assert.Equal(404, (await collector.SendAsync(Some.Line())).Status);
    }

    [Fact]
    public async Task A_missing_manifest_folder_is_an_error()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["manifests"]);

        await Assert.ThrowsAsync<DirectoryNotFoundException>(
            () => InProcessCollector.StartAsync(folder, o => o with { Manifests = folder["nothing"] }));

        await using var collector = await InProcessCollector.StartAsync(folder); // the lock of the folder was released
    }
}
