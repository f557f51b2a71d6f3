// SPDX-License-Identifier: MIT

using System.Net;

namespace Tallymark.Collector.Tests;

/// <summary>
/// Faults of the machine under a real collector: it refuses, says why, recovers by itself, and has every
/// acknowledged event once.
/// </summary>
public sealed class FaultTests
{
    const int Senders = 8;

    readonly SentBatches _sent = new(20);

    [Fact]
    public async Task On_a_full_disk_batches_are_refused_until_there_is_room_again()
    {
        using var folder = Folder();
        using var disk = SmallDisk.TryMount(folder["data"], 48);
        Assert.SkipWhen(disk is null, "Only root can mount a small disk.");
        await using (var serve = await CollectorProgram.Serve(folder, Open))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            foreach (var free in new[] { 0, 100_000, 700_000 })
            {
                await TakenAsync(http, 20);
                disk.Fill(free);
                do
                    // between two requests it tries whether it can write, and there may be room for that
                    await RefusedAsync(http);
                while ((await http.GetAsync(new Uri("healthz", UriKind.Relative),
                    TestContext.Current.CancellationToken)).StatusCode != HttpStatusCode.ServiceUnavailable);
                Assert.True((await CountersAsync(serve, http)).AddUp);
                disk.Free();
                await TakenAsync(http, 20);
            }

            Assert.True((await CountersAsync(serve, http)).AddUp);
            await serve.Kill();
        }

        await RestartedAsync(folder);
    }

    [Fact]
    public async Task While_the_data_folder_is_read_only_batches_are_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux()
            && Programs.Works(Unprivileged[0], [.. Unprivileged[1..], "true"]), "setpriv is missing.");
        using var folder = Folder();
        await using (var serve = await CollectorProgram.ServeUnder(Unprivileged, folder, Open))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            foreach (var part in new[] { "data", "data/tools" })
            {
                await TakenAsync(http, 5);
                while (Directory.EnumerateFiles(folder["data/journal"]).Any())
                    await CountersAsync(serve, http); // an open file could still be written
                Write(folder[part], allowed: false);
                if (part == "data")
                    await RefusedAsync(http);
                else
                    await SendAFewAsync(http); // the journal accepts batches while the store fails, up to its limit
                Assert.True((await CountersAsync(serve, http)).AddUp);
                Write(folder[part], allowed: true);
                await TakenAsync(http, 5);
            }

            await serve.Kill();
        }

        await RestartedAsync(folder);
    }

    [Fact]
    public async Task On_a_read_only_disk_the_collector_does_not_start_and_says_why()
    {
        using var folder = Folder();
        using var disk = SmallDisk.TryMount(folder["data"], 48);
        Assert.SkipWhen(disk is null, "Only root can mount a small disk.");
        await using (var serve = await CollectorProgram.Serve(folder, Open))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            await TakenAsync(http, 20);
            await serve.Kill(); // the journal's batches can't be committed either
        }

        disk.MakeReadOnly();
        var (code, output, error) = await CollectorProgram.Run(
            "serve", "--data", folder["data"], "--manifests", folder["manifests"], "--listen", "127.0.0.1:0");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("ead-only", error, StringComparison.Ordinal);
        Assert.Contains(folder["data"], error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
        disk.MakeWritable();
        await RestartedAsync(folder);
    }

    [Fact]
    public async Task A_clock_that_jumps_back_and_forth_loses_nothing_and_stores_nothing_twice()
    {
        using var folder = Folder();
        using var clock = MovedClock.Create();
        string[] moved = ["env", .. clock.Variables.Select(one => $"{one.Key}={one.Value}")];
        foreach (var days in new[] { 0.0, -0.9, -40.0, 1.0 })
        {
            // It starts with the clock at which the last one ended.
            await using var serve = await CollectorProgram.ServeUnder(moved, folder, Open);
            using var http = new HttpClient { BaseAddress = serve.Address };
            clock.Move(TimeSpan.FromDays(days));
            while ((await DateAsync(http) - TimeProvider.System.GetUtcNow().AddDays(days))
                .Duration() > TimeSpan.FromMinutes(10))
                // it updates the date once a second
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (days > -1)
            {
                await SendAFewAsync(http);
                await _sent.SendAgainAsync(http);
            }
            else
            {
                Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(http)); // ClockTests
            }

            Assert.True((await CountersAsync(serve, http)).AddUp);
            Assert.DoesNotContain("broke", serve.Log, StringComparison.Ordinal);
            await serve.Kill();
        }

        await RestartedAsync(folder);
    }

    static string[] Open => ["--rate", "0", "--new-installations", "0", "--disk-reserve", "0"];

    // Root may write anywhere unless it drops that capability; it still owns its files.
    static string[] Unprivileged =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : ["env"];

    static TempFolder Folder()
    {
        var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        return folder;
    }

    /// <summary>Sends until a number of batches in a row are accepted; earlier ones may be refused.</summary>
    async Task TakenAsync(HttpClient http, int count)
    {
        for (var taken = 0; taken < count;)
            taken = await StatusAsync(http) == HttpStatusCode.OK ? taken + 1 : 0;
    }

    /// <summary>Many senders send until each of them was refused, and a few times more.</summary>
    Task RefusedAsync(HttpClient http) => Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
    {
        while (await StatusAsync(http) == HttpStatusCode.OK)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        for (var i = 0; i < 5; i++)
            await StatusAsync(http);
    })));

    /// <summary>Sends a few batches and ignores their outcome.</summary>
    async Task SendAFewAsync(HttpClient http)
    {
        for (var i = 0; i < 10; i++)
            await StatusAsync(http);
    }

    async Task<HttpStatusCode> StatusAsync(HttpClient http)
    {
        var status = await _sent.TrySendAsync(http);
        Assert.True(status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{status}");
        return status.Value;
    }

    static async Task<DateTimeOffset> DateAsync(HttpClient http)
    {
        using var reply =
            await http.GetAsync(new Uri("nothing", UriKind.Relative), TestContext.Current.CancellationToken);
        return reply.Headers.Date!.Value;
    }

    static async Task<Counters> CountersAsync(ServeProcess serve, HttpClient http) => Counters.Read(
        await http.GetStringAsync(serve.Metrics, TestContext.Current.CancellationToken),
            Some.Tool);

    /// <summary>
    /// Restarts it, sends everything acknowledged again, which must be a duplicate, and stops it; then its files must
    /// have each event once.
    /// </summary>
    async Task RestartedAsync(TempFolder folder)
    {
        await using var serve = await CollectorProgram.Serve(folder, Open);
        using var http = new HttpClient { BaseAddress = serve.Address };
        await _sent.SendAgainAsync(http);
        Assert.True((await CountersAsync(serve, http)).AddUp);
        Assert.Equal(0, (await serve.Stop()).ExitCode);
        TestContext.Current.TestOutputHelper!.WriteLine(_sent.Check(folder["data"]));
    }

    static void Write(string folder, bool allowed)
    {
        if (OperatingSystem.IsWindows())
            return; // skipped there
        foreach (var path in Directory.GetDirectories(folder, "*", SearchOption.AllDirectories).Append(folder))
        {
            File.SetUnixFileMode(
                path, UnixFileMode.UserRead | UnixFileMode.UserExecute | (allowed
                    ? UnixFileMode.UserWrite : UnixFileMode.None));
        }
    }
}
