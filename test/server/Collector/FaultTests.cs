// SPDX-License-Identifier: MIT
// Faults of the machine under a real collector: it refuses, says why, goes on by itself, and has every acknowledged event once.

using System.Net;

namespace Tallymark.Collector.Tests;

public sealed class FaultTests
{
    const int Senders = 8;

    readonly SentBatches _sent = new(20);

    [Fact]
    public async Task A_full_disk_refuses_batches_and_when_there_is_room_again_they_are_taken()
    {
        using var folder = Folder();
        using var disk = SmallDisk.TryMount(folder["data"], 48);
        Assert.SkipWhen(disk is null, "Only root can mount a small disk.");
        await using (var serve = await ServeProcess.ServeAsync(folder, Open))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            foreach (var free in new[] { 0, 100_000, 700_000 })
            {
                await TakenAsync(http, 20);
                disk.Fill(free);
                do
                    await RefusedAsync(http); // between two it tries whether it can write anything, and there may be room for that
                while ((await http.GetAsync(new Uri("healthz", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode != HttpStatusCode.ServiceUnavailable);
                Assert.True((await CountersAsync(http)).AddUp);
                disk.Free();
                await TakenAsync(http, 20);
            }

            Assert.True((await CountersAsync(http)).AddUp);
            serve.Signal("KILL");
            await serve.EndAsync();
        }

        await RestartedAsync(folder);
    }

    [Fact]
    public async Task A_data_folder_that_is_read_only_refuses_batches_until_it_can_be_written()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Programs.Works(Meek[0], [.. Meek[1..], "true"]), "setpriv is not here.");
        using var folder = Folder();
        await using (var serve = await ServeProcess.ServeUnderAsync(Meek, folder, Open))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            foreach (var part in new[] { "data", "data/tools" })
            {
                await TakenAsync(http, 5);
                while (Directory.EnumerateFiles(folder["data/journal"]).Any())
                    await CountersAsync(http); // a file that is open would still be written
                Write(folder[part], allowed: false);
                if (part == "data")
                    await RefusedAsync(http);
                else
                    await SomeAsync(http); // the journal takes what the store can't, as long as it has room
                Assert.True((await CountersAsync(http)).AddUp);
                Write(folder[part], allowed: true);
                await TakenAsync(http, 5);
            }

            serve.Signal("KILL");
            await serve.EndAsync();
        }

        await RestartedAsync(folder);
    }

    [Fact]
    public async Task On_a_disk_that_is_read_only_it_does_not_start_and_says_why()
    {
        using var folder = Folder();
        using var disk = SmallDisk.TryMount(folder["data"], 48);
        Assert.SkipWhen(disk is null, "Only root can mount a small disk.");
        await using (var serve = await ServeProcess.ServeAsync(folder, Open))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            await TakenAsync(http, 20);
            serve.Signal("KILL"); // what is in the journal can't be taken either
            await serve.EndAsync();
        }

        disk.MakeReadOnly();
        var (code, output, error) = await ServeProcess.RunAsync(
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
        var library = folder["clock.so"];
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Programs.Works("cc", "-shared", "-fPIC", "-O1", "-o", library, Path.Combine(AppContext.BaseDirectory, "clock.c"), "-ldl"),
            "No C compiler is here to move the clock of a process.");
        Jump(folder, TimeSpan.Zero);
        string[] moved = ["env", $"LD_PRELOAD={library}", $"CLOCK_OFFSET={folder["offset"]}"];
        foreach (var days in new[] { 0.0, -1.5, -40.0, 1.0 })
        {
            // It starts with the clock of the last one's end.
            await using var serve = await ServeProcess.ServeUnderAsync(moved, folder, Open);
            using var http = new HttpClient { BaseAddress = serve.Address };
            Jump(folder, TimeSpan.FromDays(days));
            while ((await DateAsync(http) - TimeProvider.System.GetUtcNow().AddDays(days)).Duration() > TimeSpan.FromMinutes(10))
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested(); // it looks at its clock once a second for that
            if (days > -2)
                await SomeAsync(http); // else they are too far ahead of it
            await _sent.SendAgainAsync(http);
            Assert.True((await CountersAsync(http)).AddUp);
            Assert.DoesNotContain("broke", serve.Log, StringComparison.Ordinal);
            serve.Signal("KILL");
            await serve.EndAsync();
        }

        await RestartedAsync(folder);
    }

    static string[] Open => ["--rate", "0", "--new-installations", "0", "--disk-reserve", "0"];

    // Root may write anywhere, unless it gives that up; it still owns its files.
    static string[] Meek => Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : ["env"];

    static TempFolder Folder()
    {
        var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        return folder;
    }

    /// <summary>Sends until so many are taken one after the other; it may refuse before.</summary>
    async Task TakenAsync(HttpClient http, int count)
    {
        for (var taken = 0; taken < count;)
            taken = await StatusAsync(http) == HttpStatusCode.OK ? taken + 1 : 0;
    }

    /// <summary>Many send at once until each of them was refused, and a few more times.</summary>
    Task RefusedAsync(HttpClient http) => Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
    {
        while (await StatusAsync(http) == HttpStatusCode.OK)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        for (var i = 0; i < 5; i++)
            await StatusAsync(http);
    })));

    /// <summary>Sends a few, whatever becomes of them.</summary>
    async Task SomeAsync(HttpClient http)
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
        using var reply = await http.GetAsync(new Uri("nothing", UriKind.Relative), TestContext.Current.CancellationToken);
        return reply.Headers.Date!.Value;
    }

    static async Task<Counters> CountersAsync(HttpClient http) => Counters.Read(
        await http.GetStringAsync(new Uri("metrics", UriKind.Relative), TestContext.Current.CancellationToken), Some.Tool);

    /// <summary>It starts, takes what was acknowledged as a duplicate, and stops by itself; then its files have each of these events once.</summary>
    async Task RestartedAsync(TempFolder folder)
    {
        await using var serve = await ServeProcess.ServeAsync(folder, Open);
        using var http = new HttpClient { BaseAddress = serve.Address };
        await _sent.SendAgainAsync(http);
        Assert.True((await CountersAsync(http)).AddUp);
        serve.Signal("TERM");
        Assert.Equal(0, (await serve.EndAsync()).Code);
        TestContext.Current.TestOutputHelper!.WriteLine(_sent.Check(folder["data"]));
    }

    static void Write(string folder, bool allowed)
    {
        if (OperatingSystem.IsWindows())
            return; // skipped there
        foreach (var path in Directory.GetDirectories(folder, "*", SearchOption.AllDirectories).Append(folder))
        {
            File.SetUnixFileMode(
                path, UnixFileMode.UserRead | UnixFileMode.UserExecute | (allowed ? UnixFileMode.UserWrite : UnixFileMode.None));
        }
    }

    static void Jump(TempFolder folder, TimeSpan by)
    {
        using var file = new FileStream(folder["offset"], FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(BitConverter.GetBytes((long)by.TotalSeconds));
    }
}
