// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net.Http.Headers;

namespace Tallymark.Collector.Tests;

/// <summary>A backup is made while the collector serves, and works in the place of the data folder.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task A_backup_under_load_has_every_event_acknowledged_before_it_began_and_serves_as_a_data_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        BackupReport report;
        string token;
        long before;
        await using (var serve = await CollectorProgram.Serve(folder))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            token = (await CollectorProgram.Run("token", "add", "--name", "ada", "--data",
                folder["data"])).Output.Trim();
            for (var i = 0; i < 20; i++)
                await SendAsync(http, i);
            before = 20;
            var ended = false;
            var load = Task.Run(async () =>
            {
                for (var i = 20; !Volatile(ref ended); i++)
                    await SendAsync(http, i);
            }, TestContext.Current.CancellationToken);
            var (code, output, error) =
                await CollectorProgram.Run("backup", "--data", folder["data"], "--to", folder["backups"],
                "--json");
            System.Threading.Volatile.Write(ref ended, value: true);
            await load;
            Assert.Equal((0, ""), (code, error));
            report = StatusJson.Read<BackupReport>(output);
            Assert.Equal(["probe"], report.Tools);
            using var client = ControlClient.TryConnect(folder["data"])!;
            Assert.Equal(report.Finished.ToUnixTimeSeconds(), client.Status().LastBackup!.Value.ToUnixTimeSeconds());
            Assert.Equal(0, (await serve.Stop()).ExitCode);
        }

        foreach (var file in OperatingSystem.IsWindows()
            ? [] : Directory.GetFiles(report.Path, "*", SearchOption.AllDirectories))
            Assert.Equal(OwnerFile.Mode, OperatingSystem.IsWindows()
                ? OwnerFile.Mode : File.GetUnixFileMode(file));
        using (var check = Process.Start(
            new ProcessStartInfo("sha256sum", ["-c", "--quiet", "SHA256SUMS"]) { WorkingDirectory = report.Path })!)
        {
            await check.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, check.ExitCode);
        }

        // As docs/guides/run-a-collector.md says: in the place of the data folder.
        Directory.Move(folder["data"], folder["lost"]);
        Directory.Move(report.Path, folder["data"]);
        await using var restored = await InProcessCollector.StartAsync(folder);
        var counters = await restored.CountersAsync();
        Assert.True(counters.Stored >= before, $"{counters.Stored}");
        Assert.True(counters.AddUp);
        Assert.Contains("tallymark_events_missing{tool=\"probe\"} 0\n", (await restored.GetAsync("metrics")).Text,
            StringComparison.Ordinal);
        Assert.Equal(200, (await restored.GetAsync("v1/live?tool=probe", token)).Status);
        Assert.Equal(1, (await restored.SendAsync(Some.Line())).Stored);
    }

    [Fact]
    public async Task A_backup_works_without_a_collector_and_old_backups_over_the_limit_are_removed()
    {
        using var folder = new TempFolder();
        await using (var collector = await InProcessCollector.StartAsync(folder))
            await collector.SendAsync(Some.Line());
        var data = DataFolder.Open(folder["data"]);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-1));
        Directory.CreateDirectory(folder["backups/2020-01-01T00-00-00Z"]); // not a backup, so never removed
        using (var store = new DuckDb.DuckDbEventStore(data.Path))
        {
            var first = Backup.Make(data, store, ["probe"], folder["backups"], 2, clock);
            clock.SetUtcNow(clock.GetUtcNow().AddSeconds(1));
            Backup.Make(data, store, ["probe"], folder["backups"], 2, clock);
            clock.SetUtcNow(clock.GetUtcNow().AddSeconds(1));
            var third = Backup.Make(data, store, ["probe"], folder["backups"], 2, clock);
            Assert.Equal([first.Path], third.Removed);
        }

        Assert.Equal(3, Directory.GetDirectories(folder["backups"]).Length);
        var (code, output, error) =
            await CollectorProgram.Run("backup", "--data", folder["data"], "--to", folder["backups"]);
        Assert.True(code == 0, error);
        Assert.True(File.Exists(Path.Combine(output.Trim(), "tools/probe/totals.json")));
        Assert.Contains(AuditLog.Lines(data), line => line.Contains("\"what\":\"backup\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Serving_killed_or_stopped_a_backup_has_every_declared_tool_also_those_without_events()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        folder.Write("manifests/quiet.yaml", Some.ManifestOf("quiet"));
        await using (var serve = await CollectorProgram.Serve(folder))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            await SendAsync(http, 1);
            await HasBothAsync("serving");
            await serve.Kill();
        }

        await HasBothAsync("killed");
        await using (var serve = await CollectorProgram.Serve(folder))
            (await serve.Stop()).With(0);
        var copy = await HasBothAsync("stopped");

        Directory.Move(folder["data"], folder["lost"]);
        Directory.Move(copy, folder["data"]);
        await using var restored = await InProcessCollector.StartAsync(folder);
        Assert.Equal(1, (await restored.CountersAsync()).Stored);
        Assert.Equal(1, (await restored.SendAsync(Some.Batch([Some.Line(tool: "quiet")], tool: "quiet"))).Stored);

        async Task<string> HasBothAsync(string state)
        {
            var backup = await CollectorProgram.Run(
                "backup", "--data", folder["data"], "--to", folder[state], "--json");
            Assert.Equal((state, 0, ""), (state, backup.ExitCode, backup.Errors));
            var report = StatusJson.Read<BackupReport>(backup.Output);
            Assert.Equal(["probe", "quiet"], report.Tools);
            Assert.True(File.Exists(Path.Combine(report.Path, "tools/quiet/manifests/1.yaml")));
            (await CollectorProgram.Run("verify", report.Path)).With(0);
            return report.Path;
        }
    }

    [Fact]
    public void A_clock_that_was_ahead_removes_no_backup_and_what_it_named_pushes_none_out()
    {
        using var folder = new TempFolder();
        var data = DataFolder.Open(folder["data"]);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        folder.Write("data/clock.json", $$"""{"tallymark":1,"seen":"{{Some.Time(clock.GetUtcNow())}}"}""");
        using var store = new DuckDb.DuckDbEventStore(data.Path);
        var good = Backup.Make(data, store, [], folder["backups"], 1, clock);
        clock.AdjustTime(clock.GetUtcNow().AddDays(500));
        var ahead = Backup.Make(data, store, [], folder["backups"], 1, clock);
        Assert.Empty(ahead.Removed);

        clock.AdjustTime(good.Finished.AddSeconds(1));
        var next = Backup.Make(data, store, [], folder["backups"], 1, clock);
        Assert.Equal([good.Path], next.Removed);
        Assert.True(Directory.Exists(next.Path) && Directory.Exists(ahead.Path));
    }

    [Fact]
    public async Task An_impossible_folder_is_refused_and_leaves_no_files()
    {
        using var folder = new TempFolder();
        folder.Write("file", "x");
        await using var collector = await InProcessCollector.StartAsync(folder);
        using var client = ControlClient.TryConnect(collector.Data)!;

        Assert.Contains("is in the data folder",
            Assert.Throws<ControlException>(() => client.Backup(folder["data/backups"], 0)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ControlException>(() => client.Backup(folder["file/backups"], 0));
        Assert.False(Directory.Exists(folder["data/backups"]));
        Assert.Null(client.Status().LastBackup);
    }

    static bool Volatile(ref bool value) => System.Threading.Volatile.Read(ref value);

    static async Task SendAsync(HttpClient http, int i)
    {
        using var content = new ByteArrayContent(Some.Batch(Some.LineOf(i)));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var reply = await http.PostAsync(new Uri("v1/batches", UriKind.Relative), content,
            TestContext.Current.CancellationToken);
        Assert.True(reply.IsSuccessStatusCode);
    }
}
