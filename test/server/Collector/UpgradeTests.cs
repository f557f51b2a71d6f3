// SPDX-License-Identifier: MIT

using System.Formats.Tar;
using System.IO.Compression;

namespace Tallymark.Collector.Tests;

/// <summary>
/// Data folders as each earlier version left them (<c>fixtures/README.md</c>) keep their events, totals, tokens and
/// releases.
/// </summary>
public sealed class UpgradeTests
{
    const string Tool = "kmpkg";

    // When the fixtures were made: their events are of 2026-09-30 and 2026-11-28.
    static readonly DateTimeOffset Made = new(2026, 11, 29, 8, 0, 0, TimeSpan.Zero);
    static readonly DateOnly Old = new(2026, 9, 30), Recent = new(2026, 11, 28);

    [Theory]
    [InlineData("format-1", 1)]
    [InlineData("format-2", 2)]
    public async Task A_folder_of_each_format_keeps_everything(string fixture, int version)
    {
        using var folder = Extract(fixture);
        var released = Directory.GetFiles(folder["public"], "*.tsv", SearchOption.AllDirectories)
            .ToDictionary(path => path, File.ReadAllText, StringComparer.Ordinal);
        Assert.Equal(5, released.Count);
        // Without a collector: nothing is damaged, whatever the format.
        Assert.Contains(": good. A data folder with 1 tools", (await CollectorProgram.Run(
            "verify", folder["data"])).With(0).Output, StringComparison.Ordinal);

        var clock = new FakeTimeProvider(Made);
        await using (var collector = await StartAsync(folder, clock))
        {
            var counters = await collector.CountersAsync(Tool);
            Assert.Equal((35, 35), (counters.Received, counters.Stored));
            Assert.Equal($"{{\"format\":{DataFormat.Current},\"since\":\"", (await File.ReadAllTextAsync(
                folder["data/format.json"], TestContext.Current.CancellationToken))[..21]);
            Assert.DoesNotContain(
                AuditLog.Lines(DataFolder.Open(folder["data"])), line => line.Contains(Id(3), StringComparison.Ordinal));
            Assert.Equal("ada", Assert.Single(new TokenFile(DataFolder.Open(folder["data"])).List()).Name);

            using var client = ControlClient.TryConnect(collector.Data)!;
            Assert.DoesNotContain(client.Status().Due, due => due.What is not "backup");
            Assert.Equal([(Old, 30L, 30), (Recent, 5L, 5)], Cells(client));

            // New events join the old ones.
            var line = $$"""{"tallymark":1,"tool":"kmpkg","manifest":{{version}},"agreed":"{{Some.Scope}}",""" +
                $$$"""
                "event":"list","time":"2026-11-28T13:00:00Z","status":"success","fields":{"installation":"{{{Id(30)}}}"}}
                """;
            Assert.Equal(1, (await collector.SendAsync(Some.Batch([line], tool: Tool))).Stored);
            Assert.Equal([(Old, 30L, 30), (Recent, 6L, 5)], Cells(client));
            Assert.True(client.Backup(folder["backups"], 0).Files > 0);
        }

        // The release stays, and publishing again finds that it is the same.
        clock.SetUtcNow(Made.AddDays(2));
        using var store = new DuckDbEventStore(folder["data"], new DuckDbOptions { Time = clock });
        var manifest = ManifestReader.ReadAccepted(await File.ReadAllTextAsync(
            folder[$"data/tools/kmpkg/manifests/{version}.yaml"], TestContext.Current.CancellationToken)).Manifest!;
        Assert.True(Period.TryParse("2026-q3", out var quarter));
        var files = new Publisher(new StoreCells(store), clock).Publish(new PublishRequest(
            [manifest], quarter, folder["public"], Folded: DataFolder.Open(folder["data"]).Folded(Tool)));
        Assert.All(files, file => Assert.False(file.Written));
        Assert.All(released, file => Assert.Equal(file.Value, File.ReadAllText(file.Key)));
    }

    [Theory]
    [InlineData("format-1-killed")]
    [InlineData("format-2-killed")]
    public async Task A_journal_that_a_killed_collector_of_each_format_left_is_stored(string fixture)
    {
        using var folder = Extract(fixture);
        await using var collector = await StartAsync(folder, new FakeTimeProvider(Made));
        Assert.Equal(3, (await collector.CountersAsync(Tool)).Stored);
    }

    [Fact]
    public async Task A_journal_of_a_later_version_is_refused_and_that_version_can_still_open_the_folder()
    {
        using var folder = Extract("format-2-killed");
        var journal = folder["data/journal/0000000001.journal"];
        var bytes = await File.ReadAllBytesAsync(journal, TestContext.Current.CancellationToken);
        bytes[Array.IndexOf(bytes, (byte)'\n') - 1] = (byte)'9';
        await File.WriteAllBytesAsync(journal, bytes, TestContext.Current.CancellationToken);
        var before = Files(folder);
        var ended = (await CollectorProgram.Run(
            "serve", "--data", folder["data"], "--manifests", folder["manifests"], "--listen", "127.0.0.1:0")).With(1);
        var line = Assert.Single(
            ended.Errors.Split('\n'), line => line.Contains("tallymark serve", StringComparison.Ordinal));
        Assert.Contains("0000000001.journal was written by a later version of the collector", line,
            StringComparison.Ordinal);
        Assert.Equal(before, Files(folder));
    }

    [Fact]
    public async Task A_folder_of_the_first_builds_is_refused_and_stays_as_it_is()
    {
        using var folder = new TempFolder();
        folder.Write("data/tools/probe/events.duckdb", "x");
        folder.Write("manifests/probe.yaml", Some.Manifest);
        var before = Files(folder);
        var ended = (await CollectorProgram.Run(
            "serve", "--data", folder["data"], "--manifests", folder["manifests"], "--listen", "127.0.0.1:0")).With(1);
        Assert.Contains("events.duckdb was written by an early version", ended.Errors, StringComparison.Ordinal);
        Assert.Equal(before, Files(folder));
    }

    static TempFolder Extract(string fixture)
    {
        var folder = new TempFolder();
        using var packed = new GZipStream(
            File.OpenRead(Path.Combine(AppContext.BaseDirectory, "fixtures", $"{fixture}.tar.gz")),
            CompressionMode.Decompress);
        TarFile.ExtractToDirectory(packed, folder.Path, overwriteFiles: false);
        Directory.CreateDirectory(folder["manifests"]); // the accepted versions are in the data folder
        return folder;
    }

    static Task<InProcessCollector> StartAsync(TempFolder folder, TimeProvider clock) => InProcessCollector.StartAsync(
        folder, data => new DuckDbEventStore(data.Path, new DuckDbOptions { Time = clock }), time: clock);

    static IReadOnlyList<(DateOnly Day, long Occurrences, int Installations)> Cells(ControlClient client) =>
    [
        .. client.Cells(Tool, new CellQuery(["list"], ["event"], Old, Recent, "installation"))
            .Select(cell => (cell.Day, cell.Occurrences, cell.Installations.Count)).Order(),
    ];

    /// <summary>The names of the folder's files, without locks, and the length of each.</summary>
    static IReadOnlyList<(string, long)> Files(TempFolder folder) =>
    [
        .. Directory.GetFiles(folder["data"], "*", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith(".lock", StringComparison.Ordinal))
            .Select(path => (path, new FileInfo(path).Length)).Order(),
    ];

    static string Id(int installation) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
        System.Text.Encoding.ASCII.GetBytes(FormattableString.Invariant($"i{installation}"))));
}
