// SPDX-License-Identifier: MIT

using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Tallymark.Collector.Tests;

/// <summary>The addresses to listen on, SIGHUP, and a low limit on open files.</summary>
public sealed class ListenTests
{
    [Fact]
    public async Task Localhost_is_both_loopback_addresses()
    {
        using var folder = Folder();
        var port = FreePort();
        await using var serve = await CollectorProgram.Serve(folder, "--listen", $"localhost:{port}");

        Assert.Equal($"http://localhost:{port}/", serve.Address.ToString());
        using var http = new HttpClient();
        Assert.Equal("ok\n", await http.GetStringAsync(
            new Uri($"http://127.0.0.1:{port}/livez"), TestContext.Current.CancellationToken));
        if (Socket.OSSupportsIPv6)
        {
            Assert.Equal("ok\n", await http.GetStringAsync(
                new Uri($"http://[::1]:{port}/livez"), TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_socket_file_is_shared_with_the_group_survives_a_kill_and_trusts_the_forwarded_address()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        using var folder = Folder();
        var path = folder["http.sock"];
        await using (var killed = await CollectorProgram.Serve(folder, "--listen", $"unix:{path}"))
            await killed.Kill();
        Assert.True(Path.Exists(path));

        await using var serve = await CollectorProgram.Serve(folder, "--listen", $"unix:{path}");
        Assert.Equal($"unix:{path}", serve.Address.OriginalString);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite,
                File.GetUnixFileMode(path));
        }

        using var http = ClientOf(path);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://x/v1/batches")
        {
            Content = new ByteArrayContent(Some.Batch(Some.Line())),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        request.Headers.Add("X-Forwarded-For", "9.9.9.9");
        using var reply = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        (await serve.Stop()).With(0);
        using var store = new DuckDbEventStore(folder["data"]);
        Assert.Equal(["UG"], Countries(store));
    }

    [Fact]
    public async Task A_file_that_is_not_an_abandoned_socket_is_never_removed()
    {
        using var folder = Folder();
        folder.Write("precious.txt", "text");
        var ended = await CollectorProgram.Run(
            "serve", "--data", folder["data"], "--manifests", folder["manifests"], "--listen",
            $"unix:{folder["precious.txt"]}");
        Assert.Equal((2, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("precious.txt: the file exists", ended.Errors, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["precious.txt"]));
    }

    [Theory]
    [InlineData("--listen", "unix:{folder}/none/x.sock", "the folder {folder}/none does not exist. Create it")]
    [InlineData("--listen", "unix:{folder}/closed/x.sock", "this user may not create a file in {folder}/closed.")]
    [InlineData("--listen", "unix:{folder}/file/x.sock", "the folder {folder}/file does not exist. Create it")]
    [InlineData("--listen", "127.0.0.1:79", "this user may not listen on port 79.")]
    [InlineData("--listen", "localhost:79", "this user may not listen on port 79.")]
    [InlineData("--listen", "192.0.2.1:8080", "this machine has no such address.")]
    [InlineData("--listen", "[2001:db8::1]:8080", "this machine has no such address.")]
    [InlineData("--listen", "127.0.0.1:{taken}", "another process listens there. Stop it, or choose another port.")]
    [InlineData("--listen", "localhost:{taken}", "another process listens there. Stop it, or choose another port.")]
    [InlineData("--operations", "192.0.2.1:8080", "this machine has no such address.")]
    [InlineData("--operations", "127.0.0.1:{taken}", "another process listens there. Stop it, or choose another port.")]
    public async Task An_address_that_can_not_be_used_is_one_line_with_the_option_the_reason_and_what_to_do(
        string option, string address, string reason)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && (!address.Contains("::", StringComparison.Ordinal)
            || Socket.OSSupportsIPv6), "Other systems have other ports that are reserved.");
        Assert.SkipUnless(Programs.Works(Unprivileged[0], [.. Unprivileged[1..], "true"]), "setpriv is missing.");
        using var folder = Folder();
        folder.Write("file", "");
        folder.Write("closed/file", "");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder["closed"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var place = InFolder(address, folder, taken);

        var ended = await ProcessRun.Run(
            Unprivileged[0], [.. Unprivileged[1..], .. CollectorProgram.Tallymark, "serve", "--data", folder["data"],
                "--manifests", folder["manifests"], "--plain-http", option, place,
                .. option == "--listen" ? [] : (string[])["--listen", "127.0.0.1:0"]],
            new Dictionary<string, string>(StringComparer.Ordinal), inherit: true);

        Assert.Equal((2, ""), (ended.ExitCode, ended.Output));
        var line = Assert.Single(
            ended.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => line.StartsWith("tallymark serve: ", StringComparison.Ordinal));
        Assert.StartsWith(
            $"tallymark serve: {option} {place}: {InFolder(reason, folder, taken)}", line, StringComparison.Ordinal);
        Assert.EndsWith(" See tallymark serve --help.", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("error", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_default_that_can_not_be_used_names_its_option_and_a_setting_its_place()
    {
        using var folder = Folder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        int port;
        do
        {
            taken.Stop();
            taken.Start();
            port = ((IPEndPoint)taken.LocalEndpoint).Port;
        }
        while (!IsFree(port - 1));

        folder.Write("config.json", $$"""{"listen":"127.0.0.1:{{port - 1}}"}""");
        var ended = await CollectorProgram.Run("serve", "--data", folder["data"], "--manifests", folder["manifests"],
            "--config", folder["config.json"]);
        Assert.Equal(2, ended.ExitCode);
        Assert.Contains($"--operations 127.0.0.1:{port} (its default): another process listens there.", ended.Errors,
            StringComparison.Ordinal);

        folder.Write("config.json", $$"""{"listen":"127.0.0.1:{{port}}"}""");
        ended = await CollectorProgram.Run("serve", "--data", folder["data"], "--manifests", folder["manifests"],
            "--config", folder["config.json"]);
        Assert.Equal(2, ended.ExitCode);
        Assert.Contains($"(--listen is from {folder["config.json"]}.)", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SIGHUP_reloads_and_the_collector_goes_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        using var folder = Folder();
        await using var serve = await CollectorProgram.Serve(folder);
        folder.Write("manifests/nested/other.yaml", Some.ManifestOf("other"));

        for (var i = 0; i < 20; i++)
            serve.Signal("HUP");
        await serve.WaitForLog(" 125 Reloaded: ");
        Assert.Contains("Manifest other version 1 accepted", serve.Log, StringComparison.Ordinal);
        using var http = new HttpClient { BaseAddress = serve.Address };
        Assert.Equal("ok\n", await http.GetStringAsync(
            new Uri("readyz", UriKind.Relative), TestContext.Current.CancellationToken));
        (await serve.Stop()).With(0);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_low_limit_on_open_files_bounds_the_connections_and_batches_are_still_stored()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit is read from /proc.");
        using var folder = Folder();
        await using var serve = await CollectorProgram.ServeUnder(
            ["bash", "-c", "ulimit -n 600; exec \"$@\"", "bash"], folder);
        await serve.WaitForLog(" 131 warning: The system allows this process 600 open files");
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < 700; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync(
                    IPAddress.Loopback, serve.Address.Port, TestContext.Current.CancellationToken);
            }

            using var http = new HttpClient { BaseAddress = serve.Address };
            using var content = new ByteArrayContent(Some.Batch(Some.Line()));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
            using var reply = await http.PostAsync(
                new Uri("v1/batches", UriKind.Relative), content, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
            Assert.Equal("status\tn\nsuccess\t1\n", (await CollectorProgram.Run(
                "query", "--tool", "probe", "--data", folder["data"],
                "select status, count(*) as n from plain group by all")).With(0).Output);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }

        (await serve.Stop()).With(0);
    }

    [Fact]
    public async Task With_far_too_few_open_files_it_says_how_many_it_needs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit is read from /proc.");
        using var folder = Folder();
        var ended = await ProcessRun.Run(
            "bash", ["-c", "ulimit -n 256; exec \"$@\"", "bash", .. CollectorProgram.Tallymark, "serve", "--data",
                folder["data"], "--manifests", folder["manifests"], "--listen", "127.0.0.1:0"],
            new Dictionary<string, string>(StringComparer.Ordinal), inherit: true);
        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("256 open files. It needs at least ", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
    }

    // Without root's rights over folders and low ports.
    static string[] Unprivileged =>
        Environment.IsPrivilegedProcess
            ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-net_bind_service"]
            : ["env"];

    static string InFolder(string text, TempFolder folder, TcpListener taken) => text
        .Replace("{folder}", folder[""].TrimEnd('/'), StringComparison.Ordinal)
        .Replace("{taken}", $"{((IPEndPoint)taken.LocalEndpoint).Port}", StringComparison.Ordinal);

    static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    static TempFolder Folder()
    {
        var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        return folder;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0);
        listener.Server.DualMode = true;
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static HttpClient ClientOf(string path) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    static IEnumerable<string?> Countries(DuckDbEventStore store)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        return store.Cells("probe", new CellQuery(["plain"], ["country"], today.AddDays(-1), today, "installation"))
            .SelectMany(cell => cell.Values);
    }
}
