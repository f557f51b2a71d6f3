// SPDX-License-Identifier: MIT
// No failure of telemetry changes the tool's output, its exit code or the time at which it exits.

using System.Net;
using System.Net.Sockets;

namespace Tallymark.EndToEnd.Tests;

public sealed class UserImpactTests
{
    [Fact]
    public async Task A_pipe_from_the_tool_closes_when_the_tool_exits_while_its_uploader_is_still_connected()
    {
        // A server that accepts the connection and sends nothing blocks the uploader until the test closes it.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var home = new Home($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/v1/batches");
        await home.SetUp();
        await home.Kmpkg("list");
        MakeUploadDue(home);

        var stop = TestContext.Current.CancellationToken;
        var shell = await Product.Run(
            "sh", ["-c", "x=$(\"$@\"); echo \"code $?\"; echo \"$x\"", "sh", Product.Kmpkg,
                .. home.Arguments("install", "zlib")],
            home.Environment, stop);
        Assert.StartsWith("code 0\n", shell.Output, StringComparison.Ordinal);
        Assert.Contains("zlib", shell.Output, StringComparison.Ordinal);

        // The pipe closed before the uploader's connection was accepted, so the tool did not wait for the uploader.
        using var uploader = await silent.AcceptTcpClientAsync(stop);
        var head = new byte[4];
        await uploader.GetStream().ReadExactlyAsync(head, stop);
        Assert.Equal("GET "u8.ToArray(), head);

        // The uploader exits when its connection closes. A manual upload waits for it, so afterwards the home is idle.
        silent.Stop();
        uploader.Close();
        Assert.Equal(1, (await home.Telemetry("upload")).ExitCode);
    }

    [Fact]
    public async Task A_damaged_spool_file_is_set_aside_and_the_rest_is_sent()
    {
        await using var collector = await RunningCollector.Start();
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        await home.Kmpkg("list");
        await home.Kmpkg("list");
        var spool = Path.Combine(home.State, "spool");
        var file = Directory.EnumerateFiles(spool, "*.ndjson").First();
        var good = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, $"\u0001\u0002 not a line\n{good}{{\"tallymark\":1,\"torn",
            TestContext.Current.CancellationToken);

        var upload = await home.Telemetry("upload");
        Assert.True(upload.ExitCode == 0, upload.Errors);
        Assert.True(home.Lines("sent") is { Count: 2 }, $"sent:\n{string.Join('\n', home.Lines("sent"))}");
        Assert.Contains("not a line", await File.ReadAllTextAsync(
            Assert.Single(Directory.GetFiles(Path.Combine(home.State, "damaged"))),
            TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Equal(0, await collector.Stop());
        Assert.Equal(2, (await collector.Events()).Count);
    }

    public static TheoryData<string, string> Disks => new()
    {
        { "full", "mount -t tmpfs -o size=4k tmpfs \"$1\" && head -c 1m /dev/zero >\"$1/fill\" 2>/dev/null" },
        { "read-only", "mount -t tmpfs -o ro tmpfs \"$1\"" },
    };

    [Theory]
    [MemberData(nameof(Disks))]
    public async Task An_unwritable_disk_does_not_affect_the_user(string disk, string mount)
    {
        using var home = new Home();
        await home.SetUp();
        var before = await home.Kmpkg("search", "zlib");
        Assert.Single(home.Lines("spool"));

        // In a separate mount namespace, this user's state folder is on a disk that accepts no writes.
        var script = $"{mount}; shift; exec \"$@\"";
        var state = Path.Combine(home.Folder, ".local/state");
        var on = await Product.Run(
            "unshare",
            ["--mount", "--propagation", "private", "sh", "-c", script, "sh", state, Product.Kmpkg,
                .. home.Arguments("search", "zlib")],
            home.Environment, TestContext.Current.CancellationToken);
        Assert.True(on == before, $"{disk}: {on}");
        Assert.Single(home.Lines("spool"));
    }

    [Fact]
    public async Task A_missing_home_folder_does_not_affect_the_user()
    {
        using var home = new Home();
        await home.SetUp();
        var before = await home.Kmpkg("search", "zlib");
        home.Environment["HOME"] = "/proc/nowhere";
        Assert.Equal(before, await home.Kmpkg("search", "zlib"));
    }

    static void MakeUploadDue(Home home) =>
        File.WriteAllText(Path.Combine(home.State, "due"), "2020-01-01T00:00:00Z\n");
}
