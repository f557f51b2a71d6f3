// SPDX-License-Identifier: MIT

using System.Net;
using System.Net.Http.Headers;

namespace Tallymark.Collector.Tests;

/// <summary>
/// A damaged file of the store is named and stays unchanged until the operator sets it aside. Other tools are not
/// affected.
/// </summary>
public sealed class DamageTests
{
    const int Batches = 10;
    const int EventsOfABatch = 500;
    const int Block = 256 * 1024;
    const string EarlierBackup = "2026-01-01T00-00-00Z";

    [Fact]
    public async Task A_damaged_file_is_named_and_set_aside_only_when_the_operator_asks_for_it()
    {
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        folder.Write("manifests/other.yaml", Some.ManifestOf("other"));
        await using (var serve = await CollectorProgram.Serve(folder, "--new-installations", "0"))
        {
            for (var i = 0; i < Batches; i++)
                await SendAsync(serve,
                    Some.Batch([.. Enumerable.Range(i * EventsOfABatch, EventsOfABatch).Select(Some.LineOf)]));
            await SendAsync(serve, Some.Batch([Some.Line(tool: "other")], tool: "other"));
            await StopAsync(serve);
        }

        var part = Assert.Single(Directory.GetFiles(folder["data/tools/probe/parts"], "*.duckdb"));
        var whole = await File.ReadAllBytesAsync(part, TestContext.Current.CancellationToken);
        byte[][] damages = [[.. new byte[3 * 4096], .. whole[(3 * 4096)..]], whole[..(whole.Length / 2)]];
        foreach (var damaged in damages)
        {
            await File.WriteAllBytesAsync(part, damaged, TestContext.Current.CancellationToken);
            await using var serve = await CollectorProgram.Serve(folder);
            // Clients keep their events, and other tools are not affected.
            await SendAsync(serve, Some.Batch(Some.LineOf(1)), HttpStatusCode.ServiceUnavailable);
            await SendAsync(serve, Some.Batch([Some.Line(tool: "other")], tool: "other"));
            await serve.WaitForLog(part);
            using (var client = ControlClient.TryConnect(folder["data"])!)
            {
                var due = Assert.Single(client.Status().Due, due => due.What == "store");
                Assert.Contains(part, due.Todo, StringComparison.Ordinal);
                Assert.Contains("tallymark repair", due.Todo, StringComparison.Ordinal);
            }

            await StopAsync(serve);
            // The file is unchanged.
            Assert.Equal(damaged, await File.ReadAllBytesAsync(part, TestContext.Current.CancellationToken));
        }

        // A changed byte among the rows, which a start does not read. A check reads it and finds the damage.
        await File.WriteAllBytesAsync(part, whole, TestContext.Current.CancellationToken);
        Assert.Equal(new ProcessResult(0, "other: not damaged\nprobe: not damaged\n", ""), await RepairAsync(folder));
        var saved = await CollectorProgram.Run("backup", "--data", folder["data"], "--to", folder["backups"]);
        Assert.True(saved.ExitCode == 0, saved.Errors);
        var good = Path.Combine(folder["backups"], EarlierBackup);
        // The next backup may start in the same second, and would get the same name.
        Directory.Move(Assert.Single(Directory.GetDirectories(folder["backups"])), good);
        var (changed, found) = await ChangeAsync(folder, part, whole);
        Assert.StartsWith("other: not damaged\nprobe: ", found.Output, StringComparison.Ordinal);
        Assert.Contains(part, found.Output, StringComparison.Ordinal);
        Assert.Contains($"--set-aside {part}\n", found.Errors, StringComparison.Ordinal);
        Assert.Equal(changed, await File.ReadAllBytesAsync(part, TestContext.Current.CancellationToken));

        // A backup reads what it copies: damage does not replace the last good copy.
        var backup = await CollectorProgram.Run(
            "backup", "--data", folder["data"], "--to", folder["backups"], "--keep", "1");
        Assert.Equal(1, backup.ExitCode);
        Assert.Contains(part, backup.Errors, StringComparison.Ordinal);
        Assert.Equal([good], Directory.GetDirectories(folder["backups"]));

        var (code, output, _) = await RepairAsync(folder, "--set-aside", part);
        Assert.Equal((0, $"{part}.damaged1\n"), (code, output));
        Assert.Equal(changed, await File.ReadAllBytesAsync(output.TrimEnd(), TestContext.Current.CancellationToken));
        Assert.False(File.Exists(part));
        Assert.Contains("\"set-aside\"",
            await File.ReadAllTextAsync(folder["data/audit.ndjson"], TestContext.Current.CancellationToken),
            StringComparison.Ordinal);

        await using (var serve = await CollectorProgram.Serve(folder))
        {
            await serve.WaitForLog($"The store has {Batches * EventsOfABatch} fewer events of probe");
            await SendAsync(serve, Some.Batch(Some.LineOf(1)));
            await SendAsync(serve, Some.Batch([Some.Line(tool: "other")], tool: "other"));
            await StopAsync(serve);
        }

        using var store = new DuckDbEventStore(folder["data"]);
        Assert.Equal((1, 4), (store.CountEvents(Some.Tool)["plain"], store.CountEvents("other")["plain"]));
    }

    [Fact]
    public async Task A_file_outside_the_store_is_not_set_aside_and_a_store_in_use_is_not_changed()
    {
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        await using var serve = await CollectorProgram.Serve(folder);
        var (code, _, error) = await RepairAsync(folder);
        Assert.Equal(1, code);
        Assert.Contains("Stop it first", error, StringComparison.Ordinal);
        await StopAsync(serve);

        foreach (var file in new[] { folder["manifests/probe.yaml"], folder["data/tools/probe/manifests/1.yaml"],
            folder["data/tools/probe/parts/none.duckdb"] })
        {
            (code, _, error) = await RepairAsync(folder, "--set-aside", file);
            Assert.Equal(1, code);
            Assert.Contains("Nothing was set aside", error, StringComparison.Ordinal);
        }

        Assert.True(File.Exists(folder["manifests/probe.yaml"])
            && File.Exists(folder["data/tools/probe/manifests/1.yaml"]));
    }

    /// <summary>Changes a byte that is in use.</summary>
    /// <returns>The changed bytes of the file, and the output of the check.</returns>
    static async Task<(byte[] Bytes, ProcessResult Found)> ChangeAsync(
        TempFolder folder, string part, byte[] whole)
    {
        // From the last block backwards: the first ones may be unused.
        for (var at = whole.Length - Block + 1000; at > 0; at -= Block)
        {
            var bytes = (byte[])whole.Clone();
            bytes[at] ^= 0xFF;
            await File.WriteAllBytesAsync(part, bytes, TestContext.Current.CancellationToken);
            if (await RepairAsync(folder) is { ExitCode: 1 } found)
                return (bytes, found);
        }

        Assert.Fail("No block is in use.");
        return default;
    }

    static Task<ProcessResult> RepairAsync(TempFolder folder, params string[] more) =>
        CollectorProgram.Run(["repair", "--data", folder["data"], .. more]);

    static async Task SendAsync(ServeProcess serve, byte[] batch, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var http = new HttpClient { BaseAddress = serve.Address };
        using var content = new ByteArrayContent(batch);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var reply = await http.PostAsync(new Uri("v1/batches", UriKind.Relative), content,
            TestContext.Current.CancellationToken);
        Assert.Equal(status, reply.StatusCode);
    }

    static async Task StopAsync(ServeProcess serve)
    {
        Assert.Equal(0, (await serve.Stop()).ExitCode);
    }
}
