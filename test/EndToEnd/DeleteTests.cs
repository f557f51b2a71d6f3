// SPDX-License-Identifier: MIT
// A user of kmpkg requests deletion. All processes are real; DuckDB's own client reads the remaining rows.

using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class DeleteTests
{
    [Fact]
    public async Task Delete_removes_the_events_of_this_installation_and_keeps_those_of_others()
    {
        await using var collector = await RunningCollector.Start();
        using var mine = new Home(collector.Endpoint);
        using var other = new Home(collector.Endpoint);
        foreach (var home in (Home[])[mine, other])
        {
            await home.SetUp();
            await home.Kmpkg("install", "zlib");
            Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
        }

        await mine.Kmpkg("list"); // queued; it must never be sent
        var deletion = await mine.Telemetry("delete");
        Assert.Equal((0, ""), (deletion.ExitCode, deletion.Output));
        Assert.Contains("received from this installation (1 id)", deletion.Errors, StringComparison.Ordinal);
        Assert.Empty(mine.Lines("spool"));

        // From here on, the tool has a new id, which the collector can't link to the old one.
        await mine.Kmpkg("search", "z");
        Assert.Equal(0, (await mine.Telemetry("upload")).ExitCode);
        Assert.Equal(0, await collector.Stop());

        var rows = await collector.Events();
        Assert.Equal(["build", "install", "search"], rows.Select(r => r["event"].GetString())
            .Order(StringComparer.Ordinal));
        var before = IdIn(mine.Lines("sent").First(l => l.Contains("\"install\"", StringComparison.Ordinal)));
        Assert.DoesNotContain(before, rows.Select(r => r["installation"].GetString()));
        Assert.Equal(2, rows.Select(r => r["installation"].GetString()).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Delete_works_after_off_for_earlier_ids_and_after_the_collector_was_unreachable()
    {
        await using var collector = await RunningCollector.Start();
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        await home.Kmpkg("list");
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
        await home.Telemetry("off");
        await home.Telemetry("on");
        await home.Kmpkg("list");
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
        await home.Telemetry("off");
        Assert.Equal(2, home.Lines("sent").Select(IdIn).Distinct(StringComparer.Ordinal).Count());

        await collector.Kill();
        home.Environment["DO_NOT_TRACK"] = "1";
        var alone = await home.Telemetry("delete");
        Assert.Equal(1, alone.ExitCode);
        Assert.Contains("not deleted: 2 ids at ", alone.Errors, StringComparison.Ordinal);

        await collector.StartAgain();
        var deletion = await home.Telemetry("delete", "--json");
        Assert.Equal(0, deletion.ExitCode);
        using var json = JsonDocument.Parse(deletion.Output);
        Assert.Equal(2, json.RootElement.GetProperty("collectors")[0].GetProperty("deleted").GetInt32());
        Assert.Contains("nothing to delete: this user has no installation id",
            (await home.Telemetry("delete")).Errors, StringComparison.Ordinal);
        Assert.Contains("is off", (await home.Telemetry("why")).Output, StringComparison.Ordinal);

        // A confirmed deletion is durable: it survives a kill.
        await collector.Kill();
        await collector.StartAgain();
        Assert.Equal(0, await collector.Stop());
        Assert.Empty(await collector.Events());
    }

    [Fact]
    public async Task Events_from_a_copy_of_a_deleted_home_are_not_stored()
    {
        await using var collector = await RunningCollector.Start();
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        await home.Kmpkg("list");
        using var copy = new Home(collector.Endpoint);
        await copy.SetUp();
        File.Copy(Path.Combine(home.State, "installation"), Path.Combine(copy.State, "installation"), overwrite: true);
        await copy.Kmpkg("list");
        Assert.Equal(IdIn(home.Lines("spool")[0]), IdIn(copy.Lines("spool")[0]));
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
        var batch = Directory.GetDirectories(Path.Combine(home.State, "sent")).Single();

        Assert.Equal(0, (await home.Telemetry("delete")).ExitCode);
        await collector.Kill();
        await collector.StartAgain();
        Assert.Equal(0, (await copy.Telemetry("upload")).ExitCode);

        var reply = await File.ReadAllTextAsync(
            Path.Combine(Directory.GetDirectories(Path.Combine(copy.State, "sent")).Single(), "reply.json"),
            TestContext.Current.CancellationToken);
        Assert.EndsWith("\"received\":1,\"stored\":0,\"dropped\":{\"deleted\":1}}", reply, StringComparison.Ordinal);

        // The same batch is sent again, as after a restore of the home from a backup.
        Directory.Move(batch,
            Path.Combine(Directory.CreateDirectory(Path.Combine(home.State, "batches")).FullName,
                Path.GetFileName(batch)));
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
        Assert.Contains("\"duplicate\":1", await File.ReadAllTextAsync(
            Path.Combine(batch, "reply.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(0, await collector.Stop());
        Assert.Empty(await collector.Events());
    }

    static string IdIn(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("fields").GetProperty("installation").GetString()!;
    }
}
