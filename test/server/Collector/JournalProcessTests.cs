// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>
/// Real collectors that are killed, can't write, or must stop at once: each acknowledged batch is in the store
/// once, sooner or later.
/// </summary>
public sealed class JournalProcessTests
{
    static readonly TimeSpan Promised = TimeSpan.FromSeconds(10); // docs/guides/run-a-collector.md, "Upgrade"

    [Fact]
    public async Task Killed_right_after_an_acknowledgement_the_collector_has_the_event_once_after_its_next_start()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        using var folder = Folder();
        var data = DataFolder.Open(folder["data"]);
        var sent = 0;
        while (!data.HasJournal)
        {
            // A quarter of a second later the event would be in the store: on a busy machine the kill can be late.
            await using var serve = await CollectorProgram.Serve(folder);
            using var http = new HttpClient { BaseAddress = serve.Address };
            Assert.Equal(HttpStatusCode.OK, await SendAsync(http, ++sent));
            await serve.Kill();
            Assert.True(sent < 20, "It was never killed in time.");
        }

        // Before that start commands refuse to answer, and a backup includes the journal.
        var (code, output, error) =
            await CollectorProgram.Run("query", "--tool", "probe", "--data", folder["data"], "select 1");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("Start it once with `tallymark serve`", error, StringComparison.Ordinal);
        var backup = await CollectorProgram.Run("backup", "--data", folder["data"], "--to", folder["backups"]);
        Assert.True(backup.ExitCode == 0, backup.Errors);
        Assert.True(DataFolder.Open(backup.Output.Trim()).HasJournal);

        Assert.Equal(sent, await CountAfterStartAsync(folder));
        Assert.False(data.HasJournal);
        Directory.Move(folder["data"], folder["old"]);
        Directory.Move(backup.Output.Trim(), folder["data"]);
        Assert.Equal(sent, await CountAfterStartAsync(folder));
    }

    [Fact]
    public async Task A_journaled_batch_whose_manifest_is_missing_stops_no_other_tool_and_waits_for_the_manifest()
    {
        using var folder = Folder();
        folder.Write("manifests/other.yaml", Some.ManifestOf("other"));
        await using (var collector = await InProcessCollector.StartAsync(folder))
            await collector.SendAsync(Some.LineOf(1));
        Leave(folder, SampleRows.BatchOf("a"), SampleRows.BatchOf("b"));
        var manifest = folder["data/tools/probe/manifests/1.yaml"];
        File.Move(manifest, folder["1.yaml"]);
        File.Move(folder["manifests/probe.yaml"], folder["probe.yaml"]);

        await using (var collector = await InProcessCollector.StartAsync(folder))
        {
            Assert.Contains("2 batches of probe wait in the journal: the journal has events plain of probe, but manifest "
                + "version 1 is missing. Restore that manifest below ", collector.Log, StringComparison.Ordinal);
            Assert.Equal(200, (await collector.SendAsync(Some.Batch([Some.Line(tool: "other")], tool: "other"))).Status);
            using var client = ControlClient.TryConnect(collector.Data)!;
            Assert.Contains(client.Status().Due, due => due.What == "journal");
        }

        Assert.True(DataFolder.Open(folder["data"]).HasJournal);
        await using (var collector = await InProcessCollector.StartAsync(folder))
        {
            File.Move(folder["1.yaml"], manifest);
            using var client = ControlClient.TryConnect(collector.Data)!;
            client.Reload();
            await collector.FlushAsync();
            Assert.DoesNotContain(client.Status().Due, due => due.What == "journal");
            var counters = await collector.CountersAsync();
            // includes those two, which the start found in the journal
            Assert.Equal((3, 3, true), (counters.Received, counters.Stored, counters.AddUp));
            var metrics = (await collector.GetAsync("metrics")).Text;
            Assert.Contains("tallymark_events_found{tool=\"probe\"} 2\n", metrics, StringComparison.Ordinal);
            Assert.Contains("tallymark_events_missing{tool=\"probe\"} 0\n", metrics, StringComparison.Ordinal);
        }

        Assert.False(DataFolder.Open(folder["data"]).HasJournal);
        using var store = new DuckDbEventStore(folder["data"]);
        Assert.Equal(3, store.CountEvents(Some.Tool)["plain"]);
    }

    [Fact]
    public async Task Replay_skips_batches_that_the_store_has_and_rows_deleted_since()
    {
        using var folder = Folder();
        var proof = new string('a', 64);
        var mine = Convert.ToHexStringLower(SHA256.HashData([.. "installation"u8, .. Convert.FromHexString(proof)]));
        var batch = Guid.NewGuid();
        await using (var collector = await InProcessCollector.StartAsync(folder))
        {
            Assert.Equal(1, (await collector.SendAsync(Some.Batch([Some.LineOf(1)], batch))).Stored);
            using var request = new HttpRequestMessage(HttpMethod.Post, "v1/deletions")
            {
                Content = new StringContent(
                    $$"""{"tallymark":1,"tool":"probe","proofs":["{{proof}}"]}""", Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
            };
            Assert.Equal(200, (await collector.SendAsync(request)).Status);
        }

        Leave(folder, SampleRows.BatchOf("a", batch),
            SampleRows.Batch(Guid.NewGuid(), SampleRows.OfInstallations(mine, "b")));
        await using (var collector = await InProcessCollector.StartAsync(folder))
            Assert.Contains("tallymark_events_missing{tool=\"probe\"} 0\n", (await collector.GetAsync("metrics")).Text,
                StringComparison.Ordinal);
        using var store = new DuckDbEventStore(folder["data"]);
        Assert.Equal(2, store.CountEvents(Some.Tool)["plain"]);
    }

    [Fact]
    public async Task While_the_store_fails_the_journal_fills_up_and_a_stop_leaves_it_to_the_next_start()
    {
        using var folder = Folder();
        var taken = 0;
        using (var broken = new FakeStore { FailsFor = _ => true })
        await using (var collector = await InProcessCollector.StartAsync(folder, _ => broken, options => options with
        {
            Limits = options.Limits with
            {
                MaxBacklogBytes = 20 * SampleRows.BatchOf("a").Bytes,
                WriteRetryDelay = TimeSpan.FromMilliseconds(10)
            },
        }))
        {
            HttpStatusCode status;
            while ((status = await SendAsync(collector.Http, taken)) == HttpStatusCode.OK)
                taken++;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status); // with Retry-After, see SendAsync
            Assert.True(taken >= 20, $"{taken}");
            var health = await collector.GetAsync("healthz");
            Assert.Equal((503, "the last write failed\n"), (health.Status, health.Text));
            Assert.Contains($"tallymark_events_behind{{tool=\"probe\"}} {taken}\n",
                (await collector.GetAsync("metrics")).Text, StringComparison.Ordinal);
            using (var client = ControlClient.TryConnect(collector.Data)!)
                Assert.Contains(client.Status().Due, due => due.What == "commits");
            var clock = Stopwatch.StartNew();
            await collector.StopAsync();
            Assert.True(clock.Elapsed < Promised, $"{clock.Elapsed}");
            Assert.Contains($"The store did not accept {taken} events; they stay in the journal", collector.Log,
                StringComparison.Ordinal);
        }

        await using (var collector = await InProcessCollector.StartAsync(folder))
        {
            var counters = await collector.CountersAsync();
            Assert.Equal((taken, 1, true), (counters.Stored, counters.Refused, counters.AddUp));
            var metrics = (await collector.GetAsync("metrics")).Text;
            Assert.Contains("tallymark_events_missing{tool=\"probe\"} 0\n", metrics, StringComparison.Ordinal);
            Assert.Contains("tallymark_events_found{tool=\"probe\"} 0\n", metrics, StringComparison.Ordinal);
        }

        using var store = new DuckDbEventStore(folder["data"]);
        Assert.Equal(taken, store.CountEvents(Some.Tool)["plain"]);
    }

    [Fact]
    public async Task While_the_journal_can_not_be_written_batches_are_refused_and_it_recovers_by_itself()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Programs.Works("prlimit", "--version"), "prlimit is missing.");
        using var folder = Folder();
        var taken = 0;
        await using (var serve = await CollectorProgram.ServeUnder(IgnoringFileSizeSignal, folder))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            foreach (var limit in new[] { 10, 700, 1_500 })
            {
                for (var i = 0; i < 5; i++)
                    Assert.Equal(HttpStatusCode.OK, await SendAsync(http, taken++));

                // At the first bytes of a file, or in the middle of a record.
                Limit(serve, limit);
                HttpStatusCode status;
                while ((status = await SendAsync(http, taken)) == HttpStatusCode.OK)
                    taken++;
                Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
                await serve.WaitForLog("The journal can't be written");
                Limit(serve, null);
                while ((await http.GetAsync(new Uri("healthz", UriKind.Relative),
                    TestContext.Current.CancellationToken)).StatusCode != HttpStatusCode.OK)
                    TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }

            Assert.Equal(HttpStatusCode.OK, await SendAsync(http, taken++));
            await serve.Kill();
        }

        Assert.Equal(taken, await CountAfterStartAsync(folder));
        Assert.Empty(Directory.GetFiles(folder["data/journal"]));
    }

    [Fact]
    public async Task A_stop_under_load_does_not_wait_for_slow_clients()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        using var folder = Folder();
        var taken = 0;
        await using (var serve = await CollectorProgram.Serve(folder, "--rate", "0"))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            using var dawdler = new TcpClient();
            await dawdler.ConnectAsync(IPAddress.Loopback, serve.Address.Port, TestContext.Current.CancellationToken);
            await dawdler.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Some.Headers(100_000) + "{"),
                TestContext.Current.CancellationToken);
            var begun = new TaskCompletionSource();
            var load = Enumerable.Range(0, 8).Select(sender => Task.Run(async () =>
            {
                for (var i = 0; await TrySendAsync(http, (sender * 1_000_000) + i) is { } status
                    && status == HttpStatusCode.OK; i++)
                {
                    if (System.Threading.Interlocked.Increment(ref taken) == 100)
                        begun.SetResult();
                }
            })).ToList();
            await begun.Task;
            await StopAsync(serve);
            await Task.WhenAll(load);
        }

        Assert.False(DataFolder.Open(folder["data"]).HasJournal);
        using var store = new DuckDbEventStore(folder["data"]);
        Assert.Equal(taken, store.CountEvents(Some.Tool)["plain"]);
    }

    // Ignored, so that the limit acts like a full disk, without a signal.
    static string[] IgnoringFileSizeSignal => ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"];

    static TempFolder Folder()
    {
        var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        return folder;
    }

    /// <summary>Leaves a journal like that of a killed collector.</summary>
    static int Leave(TempFolder folder, params JournaledBatch[] batches)
    {
        using var log = new StandardErrorLog(TextWriter.Null, TimeProvider.System, new LogStyle());
        using var journal = new JournalFiles(folder["data/journal"], 1_000, log.CreateLogger("x"));
        foreach (var batch in batches)
            journal.Append([batch]);
        return batches.Length;
    }

    static async Task StopAsync(ServeProcess serve)
    {
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, (await serve.Stop()).ExitCode);
        Assert.True(clock.Elapsed < Promised, $"{clock.Elapsed}");
    }

    /// <summary>Starts and stops a collector, and counts.</summary>
    static async Task<long> CountAfterStartAsync(TempFolder folder)
    {
        await using (var serve = await CollectorProgram.Serve(folder))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            var counters = Counters.Read(
                await http.GetStringAsync(serve.Metrics, TestContext.Current.CancellationToken),
                Some.Tool);
            Assert.True(counters.AddUp);
            Assert.Equal(0, (await serve.Stop()).ExitCode);
        }

        using var store = new DuckDbEventStore(folder["data"]);
        return store.CountEvents(Some.Tool)["plain"];
    }

    static void Limit(ServeProcess serve, long? bytes)
    {
        var limit = bytes?.ToString(CultureInfo.InvariantCulture) ?? "unlimited";
        Assert.True(Programs.Works("prlimit", "--pid", serve.Id.ToString(CultureInfo.InvariantCulture),
            $"--fsize={limit}:unlimited"));
    }

    static async Task<HttpStatusCode> SendAsync(HttpClient http, int installation) =>
        (await TrySendAsync(http, installation))!.Value;

    static async Task<HttpStatusCode?> TrySendAsync(HttpClient http, int installation)
    {
        using var content = new ByteArrayContent(Some.Batch(Some.LineOf(installation)));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        try
        {
            using var reply = await http.PostAsync(new Uri("v1/batches", UriKind.Relative), content,
                TestContext.Current.CancellationToken);
            Assert.True(reply.IsSuccessStatusCode || reply.Headers.RetryAfter is not null);
            return reply.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null; // it has ended
        }
    }
}
