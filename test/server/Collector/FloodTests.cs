// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>More connections than the limit, on a real process: clients with a request get through.</summary>
public sealed class FloodTests
{
    [Fact]
    public async Task Thousands_of_idle_connections_lock_no_client_out()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere 127.0.0.0/8 is not all this machine's.");
        const int Idle = 2_300; // more than Limits.MaxConnections
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        await using var serve = await CollectorProgram.Serve(folder);
        var sockets = new List<Socket>();
        try
        {
            // A kept-alive connection of another network than the flood's: it stays open.
            using var kept = await ConnectAsync(serve, "127.0.9.1");
            await SendBatchAsync(kept);
            for (var i = 0; i < Idle; i++)
            {
                var socket = await ConnectAsync(serve, "127.0.0.1");
                sockets.Add(socket);
                if (i % 3 == 1)
                    await socket.SendAsync("POST /v1/batches HTTP/1.1\r\nHos"u8.ToArray(),
                        TestContext.Current.CancellationToken);
                else if (i % 3 == 2)
                    await RequestUnknownPageAsync(socket); // and now it is idle
            }

            // One request after the other on new connections, from the flood's network and from another.
            var slowest = TimeSpan.Zero;
            for (var i = 0; i < 50; i++)
            {
                var started = Stopwatch.GetTimestamp();
                using var honest = await ConnectAsync(serve, i % 2 == 0 ? "127.0.0.1" : "127.0.9.2");
                await SendBatchAsync(honest);
                var took = Stopwatch.GetElapsedTime(started);
                slowest = took > slowest ? took : slowest;
            }

            await SendBatchAsync(kept);
            using var http = new HttpClient { BaseAddress = serve.Address };
            var metrics = await http.GetStringAsync(serve.Metrics,
                TestContext.Current.CancellationToken);
            var counters = Counters.Read(metrics, Some.Tool);
            Assert.True(counters.AddUp, metrics);
            Assert.Equal(52, counters.Stored);
            Assert.Contains("tallymark_connections_refused_total 0\n", metrics, StringComparison.Ordinal);
            Assert.DoesNotContain("tallymark_connections_evicted_total 0\n", metrics, StringComparison.Ordinal);
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{Idle} connections that wait; the slowest of 50 new ones took {slowest.TotalMilliseconds:0} ms");
            TestContext.Current.TestOutputHelper!.WriteLine(
                string.Join('\n', metrics.Split('\n')
                .Where(line => line.StartsWith("tallymark_connections", StringComparison.Ordinal))));
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }

        Assert.Equal(0, (await serve.Stop()).ExitCode);
    }

    [Fact]
    public async Task A_connection_with_a_request_in_progress_is_never_closed_for_another_of_its_network()
    {
        using var store = new FakeStore();
        await using var collector =
            await InProcessCollector.StartAsync(store, o => o with { Limits = o.Limits with { MaxConnections = 4 } });
        var address = collector.Address;
        var busy = new List<Socket>();
        var body = Some.Batch(Some.LineOf(1));
        try
        {
            for (var i = 0; i < 4; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
                busy.Add(socket);
                await socket.SendAsync(
                    Encoding.ASCII.GetBytes(Some.Headers(body.Length)
                        .Replace("Host: x\r\n", "Host: x\r\nExpect: 100-continue\r\n", StringComparison.Ordinal)),
                    TestContext.Current.CancellationToken);
                await ReadAsync(socket, "100 Continue\r\n\r\n"); // the collector waits for its body
            }

            using var fifth = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Assert.Equal("", await ConnectAndReadAsync(fifth, address.Port));

            foreach (var socket in busy)
            {
                await socket.SendAsync(body, TestContext.Current.CancellationToken);
                Assert.StartsWith("HTTP/1.1 200 OK", await ReadAsync(socket, "}}"), StringComparison.Ordinal);
            }
        }
        finally
        {
            busy.ForEach(socket => socket.Dispose());
        }

        await collector.FlushAsync();
        Assert.Equal(1, store.Total()); // one batch, four times
        Assert.Contains("tallymark_connections_refused_total 1\n", (await collector.GetAsync("metrics")).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_idle_connection_is_not_closed_for_a_network_that_has_more()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere 127.0.0.0/8 is not all this machine's.");
        using var store = new FakeStore();
        await using var collector =
            await InProcessCollector.StartAsync(store, o => o with { Limits = o.Limits with { MaxConnections = 4 } });
        var port = collector.Address.Port;
        var slow = new List<Socket>();
        try
        {
            using var honest = await ConnectAsync(port, "127.0.9.1");
            await SendBatchAsync(honest); // and now it is idle
            for (var i = 0; i < 3; i++)
            {
                slow.Add(await ConnectAsync(port, "127.0.1.1"));
                await slow[i].SendAsync(
                    Encoding.ASCII.GetBytes(Some.Headers(100)
                        .Replace("Host: x\r\n", "Host: x\r\nExpect: 100-continue\r\n", StringComparison.Ordinal)),
                    TestContext.Current.CancellationToken);
                await ReadAsync(slow[i], "100 Continue\r\n\r\n"); // the collector waits for its body
            }

            slow.Add(await ConnectAsync(port, "127.0.1.1"));
            Assert.Equal("", await ReadAsync(slow[3], "never")); // refused
            await SendBatchAsync(honest);
        }
        finally
        {
            slow.ForEach(socket => socket.Dispose());
        }

        Assert.Contains("tallymark_connections_evicted_total 0\n", (await collector.GetAsync("metrics")).Text,
            StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Slow_bodies_and_slow_readers_of_a_few_networks_lock_no_other_network_out()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere 127.0.0.0/8 is not all this machine's.");
        using var store = new FakeStore();
        using var folder = new TempFolder();
        folder.Write("public/big.tsv", new string('x', 16 << 20)); // more than the buffers of a connection
        await using var collector = await InProcessCollector.StartAsync(
            store, o => o with { Public = folder["public"], Limits = o.Limits with { MaxConnections = 20 } });
        var slow = new List<Socket>();
        var body = Some.Batch(Some.LineOf(1));
        try
        {
            for (var i = 0; i < 24; i++)
            {
                var socket = await ConnectAsync(collector.Address.Port, i % 2 == 0 ? "127.0.1.1" : "127.0.2.1");
                slow.Add(socket);
                await socket.SendAsync(
                    i % 4 < 2
                        ? [.. Encoding.ASCII.GetBytes(Some.Headers(body.Length)), .. body[..10]]
                        : "GET /public/big.tsv HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(),
                    TestContext.Current.CancellationToken);
            }

            for (var i = 3; i < 9; i++)
            {
                using var honest = await ConnectAsync(collector.Address.Port, $"127.0.{i}.1");
                await SendBatchAsync(honest);
            }
        }
        finally
        {
            slow.ForEach(socket => socket.Dispose());
        }

        await collector.FlushAsync();
        Assert.Equal(6, store.Total());
    }

    [Fact]
    public void A_network_gets_a_share_of_the_memory_for_bodies_and_others_keep_theirs()
    {
        var budget = new MemoryBudget(64 * 1024);
        var slow = NetworkPrefix.Of(IPAddress.Parse("203.0.113.1"));
        var honest = NetworkPrefix.Of(IPAddress.Parse("2001:db8::1"));
        var bodies = new List<ByteBuffer>();
        for (var i = 0; i < 3; i++)
            bodies.Add(new ByteBuffer(budget, slow));

        Assert.True(bodies[0].TryGetRoom(16 * 1024, out _));
        Assert.False(bodies[1].TryGetRoom(16 * 1024, out _));
        using (var body = new ByteBuffer(budget, honest))
            Assert.True(body.TryGetRoom(16 * 1024, out _));
        bodies[0].Dispose();
        Assert.True(bodies[2].TryGetRoom(16 * 1024, out _));
        bodies[2].Dispose();
        Assert.Equal(0, budget.Taken);
    }

    static Task<Socket> ConnectAsync(ServeProcess serve, string from) => ConnectAsync(serve.Address.Port, from);

    static async Task<Socket> ConnectAsync(int port, string from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return socket;
    }

    static async Task<string> ConnectAndReadAsync(Socket socket, int port)
    {
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        }
        catch (SocketException)
        {
            return ""; // closed before the client saw it open
        }

        return await ReadAsync(socket, "never");
    }

    static async Task RequestUnknownPageAsync(Socket socket)
    {
        await socket.SendAsync("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(),
            TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 404 ", await ReadAsync(socket, "}"), StringComparison.Ordinal);
    }

    static async Task SendBatchAsync(Socket socket)
    {
        var body = Some.Batch(Some.Line());
        byte[] request = [.. Encoding.ASCII.GetBytes(Some.Headers(body.Length)), .. body];
        await socket.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 200 OK", await ReadAsync(socket, "}}"), StringComparison.Ordinal);
    }

    static async Task<string> ReadAsync(Socket socket, string end)
    {
        var text = "";
        var buffer = new byte[4096];
        try
        {
            while (!text.EndsWith(end, StringComparison.Ordinal)
                && await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var count)
                text += Encoding.ASCII.GetString(buffer, 0, count);
        }
        catch (SocketException)
        {
            // It was closed.
        }

        return text;
    }
}
