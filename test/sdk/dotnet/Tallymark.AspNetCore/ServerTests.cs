// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tallymark.Record;

namespace Tallymark.AspNetCore.Tests;

/// <summary>The relay beside the rest of the server: its pages, its log, its network, its clients.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task It_sets_no_cookie_and_changes_no_header_of_the_servers_pages()
    {
        await using var server = await Server.StartSeen();
        using var page = await server.Client.GetAsync("", TestContext.Current.CancellationToken);
        using var settings = await server.Client.GetAsync(
            "tallymark/settings", TestContext.Current.CancellationToken);
        using var script = await server.Client.GetAsync("tallymark/tally.js", TestContext.Current.CancellationToken);
        using var events = await server.Send(Some.Record());
        foreach (var response in new[] { page, settings, script, events })
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.False(response.Headers.Contains("Set-Cookie"));
            Assert.Equal(Server.PagePolicy, response.Headers.GetValues("Content-Security-Policy").Single());
            Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        }

        Assert.Equal(
            ["Content-Security-Policy", "Date", "Server"],
            page.Headers.Select(header => header.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("tally.js")]
    [InlineData("elements.js")]
    public async Task The_scripts_come_from_the_server_itself_and_are_sent_again_only_if_they_changed(string name)
    {
        await using var server = await Server.Start();
        using var first = await server.Client.GetAsync("tallymark/" + name, TestContext.Current.CancellationToken);
        Assert.Equal("text/javascript; charset=utf-8", first.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-cache", first.Headers.CacheControl!.ToString());
        var script = await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("Tallymark, MIT", script);

        var again = new HttpRequestMessage(HttpMethod.Get, "tallymark/" + name);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var unchanged = await server.Client.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        using var head = await server.Client.SendAsync(
            new HttpRequestMessage(HttpMethod.Head, "tallymark/" + name), TestContext.Current.CancellationToken);
        Assert.Equal(
            (HttpStatusCode.OK, (long)Encoding.UTF8.GetByteCount(script)),
            (head.StatusCode, head.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task No_log_contains_an_address_or_what_a_page_sent()
    {
        await using var server = await Server.StartSeen();
        var body = Some.Body(await server.Scope(), Some.Record(), Some.Record(component: "\"typed.by.a.person\""));
        foreach (var (name, text) in new[] { ("events", body), ("events", "{"), ("seen", body) })
        {
            var answer = await Raw(server, Head(name, text.Length) + text);
            Assert.StartsWith("HTTP/1.1 ", answer);
        }

        await server.Stop();
        Assert.Contains("tallymark/events", server.Log); // the web server's own log works
        Assert.DoesNotContain("127.0.0.73", server.Log);
        Assert.DoesNotContain("typed.by.a.person", server.Log);
        Assert.DoesNotContain(Some.View, server.Log);
        Assert.Equal("", server.Said.ToString());
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_a_body_leaves_nothing_and_disturbs_no_other_client()
    {
        await using var server = await Server.StartSeen();
        var body = Some.Body(await server.Scope(), Some.Record());
        using (var client = await Connect(server))
        {
            await client.SendAsync(
                Encoding.ASCII.GetBytes(Head("events", body.Length) + body[..^1]),
                TestContext.Current.CancellationToken);
            client.LingerState = new LingerOption(true, 0);
        }

        Assert.Equal((1, 0, 0), await server.Count(Some.Record()));
        Assert.Single(await server.Stop());
        Assert.DoesNotContain("unhandled exception", server.Log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task At_most_32_bodies_are_read_at_once_and_each_must_arrive_within_ten_seconds()
    {
        await using var server = await Server.StartSeen();
        var slow = new List<Socket>();
        try
        {
            for (var i = 0; i < Relay.MaxBodies; i++)
            {
                var client = await Connect(server);
                slow.Add(client);
                await client.SendAsync(
                    Encoding.ASCII.GetBytes(Head("events", 100).Replace(
                        "Connection: close", "Expect: 100-continue", StringComparison.Ordinal)),
                    TestContext.Current.CancellationToken);

                // The server says so when it begins to read the body.
                var reply = new byte[100];
                var length = await client.ReceiveAsync(reply, TestContext.Current.CancellationToken);
                Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", Encoding.ASCII.GetString(reply, 0, length));
            }

            using var refused = await server.Send(Some.Record());
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal("10", refused.Headers.GetValues("Retry-After").Single());

            server.Clock.Advance(Relay.MaxBodyTime);
            foreach (var client in slow)
                await Ended(client);
            Assert.Equal((1, 0, 0), await server.Count(Some.Record()));
        }
        finally
        {
            slow.ForEach(client => client.Dispose());
        }

        Assert.Single(await server.Stop());
    }

    [Fact]
    public async Task A_body_that_says_it_is_too_large_is_refused_without_being_read()
    {
        await using var server = await Server.StartSeen();
        using var client = await Connect(server);
        await client.SendAsync(
            Encoding.ASCII.GetBytes(Head("events", Relay.MaxBodyBytes + 1).Replace(
                "Connection: close", "Expect: 100-continue", StringComparison.Ordinal)),
            TestContext.Current.CancellationToken);
        var reply = new byte[1000];
        var length = await client.ReceiveAsync(reply, TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 413 ", Encoding.ASCII.GetString(reply, 0, length));
    }

    [Fact]
    public async Task A_record_that_cannot_be_written_is_not_taken_and_may_come_again()
    {
        await using var server = await Server.StartSeen();
        var spool = Path.Combine(server.State, "spool");
        Assert.False(Directory.Exists(spool));
        await File.WriteAllTextAsync(spool, "", TestContext.Current.CancellationToken);
        var records = new[] { Some.Record(), Some.Record() };
        using var failed = await server.Send(records);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);

        File.Delete(spool);
        Assert.Equal((2, 0, 0), await server.Count(records));
        Assert.Equal(2, (await server.Stop()).Length);
    }

    [Fact]
    public async Task No_request_waits_for_a_collector_that_never_answers()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var server = await Server.StartSeen(
            one => one.Collector = $"http://{silent.LocalEndpoint}/v1/batches");
        Assert.Equal((1, 0, 0), await server.Count(Some.Record()));
        DueFile.Write(Path.Combine(server.State, "due"), DateTime.UnixEpoch, failures: 0);
        server.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal((1, 0, 0), await server.Count(Some.Record()));

        // The upload has begun and waits for its answer while the relay takes the next records.
        using var waiting = await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 20; i++)
            Assert.Equal((10, 0, 0), await server.Count(Enumerable.Range(0, 10).Select(_ => Some.Record())));
        Assert.Equal(202, (await server.Stop()).Length);
    }

    static string Head(string name, int length) =>
        $"POST /tallymark/{name} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
        + "Content-Type: application/json\r\n"
        + $"Content-Length: {length}\r\nConnection: close\r\n\r\n";

    // From another address of this machine, so that a search of the log can't find the server's own.
    static async Task<Socket> Connect(Server server)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.73"), 0));
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port, TestContext.Current.CancellationToken);
        return client;
    }

    // The server has ended the connection.
    static async Task Ended(Socket client)
    {
        try
        {
            Assert.Equal(0, await client.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
    }

    static async Task<string> Raw(Server server, string request)
    {
        using var client = await Connect(server);
        await using var stream = new NetworkStream(client);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
