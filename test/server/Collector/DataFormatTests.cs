// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.Collector.Tests;

/// <summary>The version of the data folder: written, migrated, and refused if it is newer.</summary>
public sealed class DataFormatTests
{
    [Fact]
    public async Task A_new_folder_gets_the_current_format_and_the_time()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        using var format = JsonDocument.Parse(await File.ReadAllTextAsync(
            Path.Combine(collector.Data, "format.json"), TestContext.Current.CancellationToken));
        Assert.Equal(DataFormat.Current, format.RootElement.GetProperty("format").GetInt32());
        Assert.True(format.RootElement.TryGetProperty("since", out _));
    }

    [Fact]
    public async Task A_folder_without_the_mark_is_migrated_and_keeps_its_events()
    {
        using var folder = new TempFolder();
        await using (var collector = await InProcessCollector.StartAsync(folder))
            await collector.SendAsync(Some.LineOf(1), Some.LineOf(2));
        File.Delete(folder["data/format.json"]); // as versions before the mark left it

        await using (var collector = await InProcessCollector.StartAsync(folder))
            Assert.Equal(2, (await collector.CountersAsync()).Stored);

        using var format = JsonDocument.Parse(await File.ReadAllTextAsync(
            folder["data/format.json"], TestContext.Current.CancellationToken));
        Assert.Equal(DataFormat.Current, format.RootElement.GetProperty("format").GetInt32());
        Assert.True(format.RootElement.TryGetProperty("since", out _));
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("status")]
    [InlineData("backup")]
    [InlineData("repair")]
    [InlineData("audit")]
    [InlineData("query")]
    [InlineData("token")]
    [InlineData("publish")]
    public async Task Every_command_refuses_a_folder_of_a_newer_version_and_changes_nothing(string verb)
    {
        using var folder = new TempFolder();
        folder.Write("data/format.json", "{\"format\":3}\n");
        folder.Write("manifests/probe.yaml", Some.Manifest);
        folder.Write("data/tools/probe/manifests/1.yaml", Some.Manifest);
        string[] more = verb switch
        {
            "serve" => ["--manifests", folder["manifests"], "--listen", "127.0.0.1:0"],
            "backup" => ["--to", folder["backups"]],
            "query" => ["--tool", "probe", "select 1"],
            "publish" => ["--tool", "probe", "--period", "2026-q3", "--to", folder["public"]],
            _ => [],
        };

        var ended = await CollectorProgram.Run([verb, "--data", folder["data"], .. more]);

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("has format 3: a newer version of tallymark wrote it", ended.Errors, StringComparison.Ordinal);
        Assert.Equal("{\"format\":3}\n",
            await File.ReadAllTextAsync(folder["data/format.json"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_damaged_mark_is_named()
    {
        using var folder = new TempFolder();
        folder.Write("data/format.json", "{");
        var error = Assert.Throws<IOException>(() => DataFolder.Open(folder["data"]));
        Assert.Contains("format.json can't be read. Restore it", error.Message, StringComparison.Ordinal);
    }
}
