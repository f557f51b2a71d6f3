// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Tallymark.Collector.Tests;

/// <summary>
/// Damage at rest is found before the data is needed: by <c>tallymark verify</c>, and by the collector itself, which
/// goes on collecting.
/// </summary>
public sealed class VerifyTests
{
    static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Damage_in_a_running_collector_shows_everywhere_collecting_goes_on_and_a_restored_file_is_good()
    {
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        byte[] whole;
        string part;
        await using (var serve = await CollectorProgram.Serve(folder))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            await SendAsync(http, 1);
            (await CollectorProgram.Run("backup", "--data", folder["data"], "--to", folder["backups"])).With(0);
            part = Assert.Single(Directory.GetFiles(folder["data/tools/probe/parts"], "*.1.duckdb"));
            Assert.Contains(
                "; 1 files of the store were read, ", (await VerifyAsync(folder["data"], 0)).Output,
                StringComparison.Ordinal);
            var backup = Assert.Single(Directory.GetDirectories(folder["backups"]));
            Assert.Contains(": good. A backup with 1 tools;", (await VerifyAsync(backup, 0)).Output,
                StringComparison.Ordinal);

            whole = Overwrite(part);
            var found = await VerifyAsync(folder["data"], 1);
            Assert.StartsWith($"{part}: The block at byte ", Assert.Single(found.Lines), StringComparison.Ordinal);
            Assert.Contains("from a backup", found.Output, StringComparison.Ordinal);
            var json = JsonDocument.Parse((await VerifyAsync(folder["data"], 1, "--json")).Output).RootElement;
            Assert.Equal(part, json.GetProperty("damaged")[0].GetProperty("file").GetString());

            var due = (await CollectorProgram.Run("status", "--due", "--data", folder["data"])).With(1);
            Assert.StartsWith($"damage: {part} is damaged: the block at byte ", Assert.Single(due.Lines),
                StringComparison.Ordinal);
            var health = await http.GetStringAsync(new Uri(serve.Metrics, "healthz"), Cancel);
            Assert.Equal("ok\ndamaged files: 1 (tallymark status)\n", health);
            foreach (var check in new[] { "healthz", "readyz", "livez" }) // for a load balancer all is well
                Assert.Equal("ok\n", await http.GetStringAsync(new Uri(serve.Address, check), Cancel));
            Assert.Contains(
                "\ntallymark_store_damaged{tool=\"probe\"} 1\n", await http.GetStringAsync(serve.Metrics, Cancel),
                StringComparison.Ordinal);
            await SendAsync(http, 2);
            Assert.Contains(part, (await CollectorProgram.Run(
                "backup", "--data", folder["data"], "--to", folder["backups"])).With(1).Errors,
                StringComparison.Ordinal);
            await serve.WaitForLog($"{part} is damaged");
            (await serve.Stop()).With(0);
        }

        // Without a collector the files say the same.
        Assert.Single((await CollectorProgram.Run("status", "--due", "--data", folder["data"])).With(1).Lines,
            line => line.StartsWith("damage: ", StringComparison.Ordinal));
        await VerifyAsync(folder["data"], 1);
        await File.WriteAllBytesAsync(part, whole, Cancel);
        await VerifyAsync(folder["data"], 0);
        await using (var serve = await CollectorProgram.Serve(folder))
        {
            await VerifyAsync(folder["data"], 0);
            Assert.Equal("", (await CollectorProgram.Run("status", "--due", "--data", folder["data"])).With(0).Output);
            (await serve.Stop()).With(0);
        }
    }

    [Fact]
    public async Task The_collector_reads_everything_once_a_week_in_steps_and_remembers_how_far_it_is()
    {
        using var folder = new TempFolder();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        string[] parts;
        await using (var collector = await StartAsync(folder, clock))
        {
            foreach (var i in new[] { 1, 2, 3 })
            {
                await collector.SendAsync(Some.LineOf(i));
                using var client = ControlClient.TryConnect(collector.Data)!;
                client.Backup(folder[$"backup{i}"], 0); // seals the part
            }

            parts = [.. Directory.GetFiles(folder["data/tools/probe/parts"], "*.duckdb").Order(StringComparer.Ordinal)];
            Assert.True(parts.Length > 3);
            collector.ReadStep();
            Assert.Null(Status(collector).ReadThrough); // a step is less than a file
        }

        await using (var collector = await StartAsync(folder, clock))
        {
            var steps = 1;
            for (; Status(collector).ReadThrough is null; steps++)
            {
                Assert.InRange(steps, 0, 1000);
                collector.ReadStep();
            }

            var bytes = parts[..3].Sum(part => new FileInfo(part).Length);
            Assert.InRange(steps, bytes / StepBytes / 2, 2 * bytes / StepBytes); // read once, although it was stopped
            Assert.Contains(" 243 ", collector.Log, StringComparison.Ordinal);

            Overwrite(parts[1]);
            clock.AdjustTime(clock.GetUtcNow().AddDays(6.9)); // nothing else becomes due
            collector.ReadStep();
            Assert.DoesNotContain(Status(collector).Due, due => due.What == "damage");
        }

        clock.AdjustTime(clock.GetUtcNow().AddDays(0.2));
        await using (var collector = await StartAsync(folder, clock))
        {
            for (var before = Status(collector).ReadThrough; Status(collector).ReadThrough == before;)
                collector.ReadStep();
            var due = Assert.Single(Status(collector).Due, due => due.What == "damage");
            Assert.Contains(parts[1], due.Todo, StringComparison.Ordinal);
            Assert.Contains("\ntallymark_store_damaged{tool=\"probe\"} 1\n", (await collector.GetAsync("metrics")).Text,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_other_file_of_a_data_folder_is_read_too_and_nothing_is_changed()
    {
        using var folder = new TempFolder();
        await using (var collector = await InProcessCollector.StartAsync(folder))
            await collector.SendAsync(Some.LineOf(1));
        foreach (var name in new[] { "ada", "bob" })
            (await CollectorProgram.Run("token", "add", "--name", name, "--data", folder["data"])).With(0);
        folder.Write("data/tools/probe/folded/2026-01-01.json",
            """{"tallymark":1,"day":"2026-01-01","groups":[]}""");
        await VerifyAsync(folder["data"], 0);
        var files = Directory.GetFiles(folder["data"], "*", SearchOption.AllDirectories);

        string[] broken =
        [
            "format.json", "tokens.json", "audit.ndjson", "network-keys.tsv", "journal/0000000009.journal",
            "tools/probe/manifests/1.yaml", "tools/probe/totals.json", "tools/probe/folded/2026-01-01.json",
            "tools/probe/deleted.txt", "tools/probe/rollups.1.duckdb",
        ];
        foreach (var name in broken)
        {
            var path = folder[$"data/{name}"];
            var before = File.Exists(path) ? await File.ReadAllBytesAsync(path, Cancel) : null;
            // Damage in the middle: records or lines behind it are whole.
            byte[] bytes = [.. (before ?? Journal())];
            var damage = bytes.AsSpan(bytes.Length / 4, Math.Min(bytes.Length / 4, Noise.Length));
            if (name.EndsWith(".duckdb", StringComparison.Ordinal))
                Noise.AsSpan(0, damage.Length).CopyTo(damage);
            else
                damage.Fill((byte)'{');
            await File.WriteAllBytesAsync(path, name.EndsWith("txt", StringComparison.Ordinal) ? "x\n"u8.ToArray() : bytes,
                Cancel);
            var found = await VerifyAsync(folder["data"], 1);
            Assert.StartsWith(path + ": ", Assert.Single(found.Lines), StringComparison.Ordinal);
            if (before is null)
                File.Delete(path);
            else
                await File.WriteAllBytesAsync(path, before, Cancel);
        }

        await VerifyAsync(folder["data"], 0);
        Assert.Equal(files, Directory.GetFiles(folder["data"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_changed_a_missing_and_an_additional_file_of_a_backup_are_named()
    {
        using var folder = new TempFolder();
        await using (var collector = await InProcessCollector.StartAsync(folder))
        {
            await collector.SendAsync(Some.LineOf(1));
            using var client = ControlClient.TryConnect(collector.Data)!;
            client.Backup(folder["backups"], 0);
        }

        var backup = Assert.Single(Directory.GetDirectories(folder["backups"]));
        await VerifyAsync(backup, 0);
        var totals = Path.Combine(backup, "tools/probe/totals.json");
        await File.AppendAllTextAsync(totals, " ", Cancel);
        var manifest = Path.Combine(backup, "tools/probe/manifests/1.yaml");
        File.Delete(manifest);
        var more = Path.Combine(backup, "more.txt");
        await File.WriteAllTextAsync(more, "", Cancel);
        var part = Assert.Single(Directory.GetFiles(Path.Combine(backup, "tools/probe/parts")));
        Overwrite(part);
        var found = await VerifyAsync(backup, 1);
        Assert.Equal(
            new[] { totals, manifest, more, part }.Order(StringComparer.Ordinal),
            found.Lines.Select(line => line.Split(": ")[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_no_data_folder_and_no_backup_is_not_called_good()
    {
        using var folder = new TempFolder();
        folder.Write("newer/format.json", "{\"format\":99}\n");
        folder.Write("backups/2026-01-01T00-00-00Z/SHA256SUMS", "");
        folder.Write("backups/2026-01-02T00-00-00Z.unfinished/format.json", "{\"format\":2}\n");
        Directory.CreateDirectory(folder["empty"]);
        foreach (var (path, message) in new[]
        {
            ("missing", "does not exist"), ("empty", "is neither a data folder nor a backup"),
            ("backups", "Name one of the backups in it, such as"), ("newer", "has format 99: a newer version"),
            ("backups/2026-01-02T00-00-00Z.unfinished", "was not finished"),
        })
        {
            var ended = await VerifyAsync(folder[path], 2);
            Assert.Equal("", ended.Output);
            Assert.Contains(message, Assert.Single(ended.Errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
        }
    }

    // Not all alike: in the checksum of a block, two equal words cancel out.
    static readonly byte[] Noise = [.. Enumerable.Range(0, 4000).Select(i => (byte)(i * i / 7))];

    const long StepBytes = 64 * 1024;

    static Task<InProcessCollector> StartAsync(TempFolder folder, TimeProvider clock) => InProcessCollector.StartAsync(
        folder, data => new DuckDbEventStore(data.Path),
        options => options with { Limits = options.Limits with { ReadThroughStepBytes = StepBytes } }, clock);

    static CollectorStatus Status(InProcessCollector collector)
    {
        using var client = ControlClient.TryConnect(collector.Data)!;
        return client.Status();
    }

    /// <summary>Overwrites 4,000 bytes in the middle.</summary>
    /// <returns>The bytes of the file before.</returns>
    static byte[] Overwrite(string path)
    {
        var whole = File.ReadAllBytes(path);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Seek(whole.Length / 2, SeekOrigin.Begin);
        file.Write(Noise);
        return whole;
    }

    /// <summary>A journal with three batches; its bytes are long enough to lose one in the middle.</summary>
    static byte[] Journal()
    {
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write(JournalRecord.Magic);
        for (var i = 0; i < 3; i++)
            JournalRecord.Write(bytes, new JournaledBatch("probe", new StoredBatch(Guid.NewGuid(), 1, [])));
        return bytes.WrittenSpan.ToArray();
    }

    static async Task<ProcessResult> VerifyAsync(string path, int code, params string[] more) =>
        (await CollectorProgram.Run(["verify", path, .. more])).With(code);

    static async Task SendAsync(HttpClient http, int installation)
    {
        using var content = new ByteArrayContent(Some.Batch(Some.LineOf(installation)));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var reply = await http.PostAsync(new Uri("v1/batches", UriKind.Relative), content, Cancel);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
    }
}
