// SPDX-License-Identifier: MIT

using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>
/// Requests that no HTTP client would send, over raw sockets: each ends as specified, is counted, and does not
/// affect its neighbours.
/// </summary>
public sealed class RawRequestTests
{
    const string Type = "Content-Type: application/x-ndjson\r\n";

    static byte[] Body => Some.Batch(Some.LineOf(1));

    /// <summary>
    /// The name, the request, the status, the end of the problem's type (null: Kestrel itself answers), and the counter
    /// that grows.
    /// </summary>
    public static TheoryData<string, byte[], int, string?> Requests()
    {
        var length = Body.Length;
        var member = Some.Packed(Body);
        return new TheoryData<string, byte[], int, string?>
        {
            { "both lengths", Raw($"{Type}Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n", Chunked(Body)),
                400, "malformed" },
            { "both lengths, the other first",
                Raw($"{Type}Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", Chunked(Body)), 400, "malformed" },
            { "two lengths", Raw($"{Type}Content-Length: {length}\r\nContent-Length: 1\r\n", Body), 400, null },
            { "a length that is none", Raw($"{Type}Content-Length: {length}, {length}\r\n", Body), 400, null },
            { "a negative length", Raw($"{Type}Content-Length: -1\r\n", Body), 400, null },
            { "another transfer encoding", Raw($"{Type}Transfer-Encoding: gzip, chunked, identity\r\n", Chunked(Body)),
                400, null },
            { "a chunk size that is none",
                Raw($"{Type}Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n0\r\n\r\n"u8.ToArray()), 400, "malformed" },
            { "a chunk size too large",
                Raw($"{Type}Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\nabc\r\n0\r\n\r\n"u8.ToArray()), 400,
                "malformed" },
            { "a chunk without an end",
                Raw($"{Type}Transfer-Encoding: chunked\r\n", "3\r\nabcdef\r\n0\r\n\r\n"u8.ToArray()), 400,
                "malformed" },
            { "a header without a colon", Raw($"{Type}Nonsense\r\nContent-Length: {length}\r\n", Body), 400, null },
            { "a header that goes on in the next line", Raw($"{Type}X: a\r\n b\r\nContent-Length: {length}\r\n", Body),
                400, null },
            { "a blank before the colon", Raw($"{Type}Content-Length : {length}\r\n", Body), 400, null },
            { "a header of 20 KiB", Raw($"{Type}X: {new string('x', 20_000)}\r\nContent-Length: {length}\r\n", Body),
                431, null },
            { "sixty headers",
                Raw(Type + string.Concat(Enumerable.Range(0, 60).Select(i => $"X{i}: 1\r\n"))
                + $"Content-Length: {length}\r\n", Body), 431, null },
            { "an address of 5 KiB",
                Raw($"{Type}Content-Length: {length}\r\n", Body, "/v1/batches?" + new string('x', 5_000)), 414, null },
            { "another version", Encoding.ASCII.GetBytes("POST /v1/batches HTTP/3.0\r\nHost: x\r\n\r\n"), 505, null },
            { "no host", Encoding.ASCII.GetBytes($"POST /v1/batches HTTP/1.1\r\n{Type}Content-Length: 0\r\n\r\n"), 400,
                null },
            { "no HTTP at all",
                [.. Enumerable.Range(0, 300).Select(i => (byte)i), (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n'], 400,
                null },
            { "TLS where there is none",
                [0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0, (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n'], 400, null },
            { "a tool with a path", Post(Some.Batch([Some.Line()], tool: "../x")), 404, "unknown-tool" },
            { "a tool with a path, absolute", Post(Some.Batch([Some.Line()], tool: "/etc/passwd")), 404,
                "unknown-tool" },
            { "a tool with an escape", Post(Some.Batch([Some.Line()], tool: "..%2fprobe")), 404, "unknown-tool" },
            { "a target with a path in it",
                Raw($"{Type}Content-Length: {length}\r\n", Body, "/v1/batches/../../etc/passwd"), 404, "not-found" },
            { "another method", Raw($"{Type}Content-Length: {length}\r\n", Body, method: "BREW"), 405, "method" },
            { "two members of gzip", Packed([.. member, .. member]), 400, "malformed" },
            { "gzip and its trailer once more", Packed([.. member, .. member[^8..]]), 400, "malformed" },
            { "gzip and a zero behind it", Packed([.. member, 0]), 400, "malformed" },
            { "gzip with another length in its trailer", Packed([.. member[..^4], 1, 0, 0, 0]), 400, "malformed" },
            { "gzip with another checksum", Packed([.. member[..^8], 1, 2, 3, 4, .. member[^4..]]), 400, "malformed" },
            { "gzip in gzip", Packed(Some.Packed(member)), 400, "malformed" },
            { "gzip said twice",
                Raw($"{Type}Content-Encoding: gzip, gzip\r\nContent-Length: {member.Length}\r\n", member), 415,
                "content-type" },
            { "zlib, not gzip", Packed(Zlib(Body)), 400, "malformed" },
            { "gzip that explodes", Packed(Some.Packed(new byte[50_000_000])), 413, "too-large" },
            { "a length that is too large", Raw($"{Type}Content-Length: 4000000\r\n", []), 413, "too-large" },
            { "a length beyond 64 bits", Raw($"{Type}Content-Length: 99999999999999999999\r\n", []), 400, null },
            { "a batch with too many events", Post(Some.Batch([.. Enumerable.Repeat(Some.Line(), 501)])), 413,
                "too-large" },
            { "a batch with a torn last line", Post(Some.Batch(Some.Line())[..^20]), 400, "malformed" },
            { "a batch of an unknown manifest version", Post(Some.Batch(Some.Line(manifest: 9))), 503,
                "unknown-manifest" },
            { "a batch without events", Post(Encoding.ASCII.GetBytes(Some.Head(0) + "\n")), 400, "malformed" },
            { "no body", Raw($"{Type}Content-Length: 0\r\n", []), 400, "malformed" },
        };
    }

    [Fact]
    public async Task Each_bad_request_ends_is_counted_and_does_not_affect_its_neighbours()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var sent = 0;
        foreach (var row in Requests())
        {
            var (what, bytes, status, problem) = row.Data;
            var before = await CountsAsync(collector);

            // A neighbour on another connection is being received meanwhile.
            using var neighbour = await ConnectAsync(collector);
            var good = Some.Batch(Some.LineOf(++sent));
            await SendAsync(neighbour, Encoding.ASCII.GetBytes(Some.Headers(good.Length)));
            await SendAsync(neighbour, good[..20]);

            var reply = await AskAsync(collector, bytes);
            Assert.True(reply.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal), $"{what}: {reply}");
            var after = await CountsAsync(collector);
            if (problem is null)
            {
                // Not HTTP: the reply does not claim to come from a collector.
                Assert.DoesNotContain("Tallymark-Collector", reply, StringComparison.Ordinal);
                var unreadable = $"tallymark_requests_unreadable_total{{status=\"{status}\"}}";
                Assert.True(after[unreadable] > before[unreadable], what);
            }
            else
            {
                Assert.Contains("Tallymark-Collector: 1", reply, StringComparison.Ordinal);
                Assert.Contains("application/problem+json", reply, StringComparison.Ordinal);
                Assert.True(reply.Contains($"/problems/{problem}\"", StringComparison.Ordinal), $"{what}: {reply}");
                var batches = $"tallymark_batches_total{{end=\"{problem}\"}}";
                if (problem != "not-found")
                    Assert.True(after[batches] == before[batches] + 1, what);
            }

            await SendAsync(neighbour, good[20..]);
            Assert.StartsWith("HTTP/1.1 200 OK", await ReadAsync(neighbour), StringComparison.Ordinal);
            Assert.True((await collector.CountersAsync()).AddUp, what);
        }

        var counters = await collector.CountersAsync();
        Assert.Equal((sent, 0), (counters.Stored, counters.Pending));
        Assert.True(counters.AddUp);
        await collector.FlushAsync();
        Assert.Equal(sent, store.Total());
        Assert.DoesNotContain("broke", collector.Log, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper!.WriteLine($"{sent} kinds of requests");
    }

    [Fact]
    public async Task After_a_request_with_two_lengths_the_connection_is_closed()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var hidden = Post(Some.Batch(Some.LineOf(666)));
        byte[] request =
            [.. Raw($"{Type}Content-Length: {hidden.Length + 5}\r\nTransfer-Encoding: chunked\r\n",
            "0\r\n\r\n"u8.ToArray()), .. hidden];

        var reply = await AskAsync(collector, request);

        Assert.Contains("Connection: close", reply, StringComparison.Ordinal);
        Assert.Equal(1, reply.Split("HTTP/1.1 ").Length - 1);
        Assert.Equal(0, store.Total());
    }

    [Fact]
    public async Task A_connection_with_another_protocol_is_closed()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);

        var preface = await AskAsync(collector, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());

        Assert.Equal((char)7, preface[3]); // GOAWAY, in HTTP/2
        Assert.Equal(1, (await collector.SendAsync(Some.Line())).Stored);
    }

    [Fact]
    public async Task Unusual_but_valid_requests_are_accepted()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var length = Body.Length;
        byte[][] requests =
        [
            Raw($"{Type}Content-Length: {length}\r\n", Body, $"http://x/v1/batches"), // absolute-form
            Raw($"{Type}Transfer-Encoding: chunked\r\n", Chunked(Body)),
            Raw($"{Type}Transfer-Encoding: chunked\r\n", Chunked(Body, ";name=value")),
            Raw($"{Type}Content-Length: {length}\r\n", Body, "/v1/batches?a=b"),
            Raw($"CONTENT-TYPE: Application/X-NDJSON\r\ncontent-length: {length}\r\n", Body),
            Raw($"{Type}Content-Length: {length}\r\n", Body, method: "post"), // more lenient than HTTP, and harmless
        ];

        foreach (var request in requests)
            Assert.StartsWith("HTTP/1.1 200 OK", await AskAsync(collector, request), StringComparison.Ordinal);

        // Pipelined requests get their replies in order.
        byte[] pipeline =
            [.. Post(Some.Batch(Some.LineOf(1))), .. Post("no batch"u8.ToArray()), .. Post(Some.Batch(Some.LineOf(2)))];
        var replies = (await AskAsync(collector, pipeline, replies: 3))
            .Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["200", "400", "200"], replies.Select(reply => reply[..3]));
        await collector.FlushAsync();
        Assert.Equal(requests.Length + 2, store.Total());
    }

    [Fact]
    public async Task Clients_that_are_slow_with_headers_or_body_are_disconnected_and_counted_while_others_continue()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store, o => o with
        {
            Limits = o.Limits with
            {
                HeaderTimeout = TimeSpan.FromSeconds(1),
                ReceiveTimeout = TimeSpan.FromSeconds(2),
                IdleTimeout = TimeSpan.FromSeconds(1)
            },
        });
        using var silent = await ConnectAsync(collector);
        using var headers = await ConnectAsync(collector);
        using var body = await ConnectAsync(collector);
        using var gone = await ConnectAsync(collector);
        await SendAsync(headers, "POST /v1/batches HTTP/1.1\r\nHost: x\r\nX-Sl"u8.ToArray());
        await SendAsync(body, [.. Encoding.ASCII.GetBytes(Some.Headers(500)), .. "{\"tally"u8]);
        await SendAsync(gone,
            Encoding.ASCII.GetBytes(Some.Headers(500)
            .Replace("Host: x\r\n", "Host: x\r\nExpect: 100-continue\r\n", StringComparison.Ordinal)));
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await ReadAsync(gone)); // the collector waits for its body
        gone.LingerState = new LingerOption(enable: true, 0);
        gone.Close(); // a reset in the middle of a body

        for (var i = 0; i < 20; i++)
            Assert.Equal(1, (await collector.SendAsync(Some.LineOf(i))).Stored);

        Assert.Equal("", await ReadAsync(silent)); // it was closed
        Assert.StartsWith("HTTP/1.1 408 ", await ReadAsync(headers), StringComparison.Ordinal);
        var slow = await ReadAsync(body);
        Assert.StartsWith("HTTP/1.1 408 ", slow, StringComparison.Ordinal);
        Assert.Contains("/problems/timeout\"", slow, StringComparison.Ordinal);
        var counts = await CountsAsync(collector);
        Assert.Equal(2, counts["tallymark_batches_total{end=\"timeout\"}"]); // includes the connection that was reset
        Assert.Equal(1, counts["tallymark_requests_unreadable_total{status=\"408\"}"]);
        Assert.Equal(0, counts["tallymark_memory_bytes"]);
        Assert.True((await collector.CountersAsync()).AddUp);
        await collector.FlushAsync();
        Assert.Equal(20, store.Total());
    }

    static byte[] Post(byte[] body) => Raw($"{Type}Content-Length: {body.Length}\r\n", body);

    static byte[] Packed(byte[] body) =>
        Raw($"{Type}Content-Encoding: gzip\r\nContent-Length: {body.Length}\r\n", body);

    static byte[] Raw(string headers, byte[] body, string target = "/v1/batches", string method = "POST") =>
        [.. Encoding.ASCII.GetBytes($"{method} {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n"), .. body];

    static byte[] Chunked(byte[] body, string extension = "") =>
    [
        .. Encoding.ASCII.GetBytes($"{10:x}{extension}\r\n"), .. body[..10], .. "\r\n"u8,
        .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{body.Length - 10:x}\r\n")),
        .. body[10..], .. "\r\n0\r\n\r\n"u8,
    ];

    static byte[] Zlib(byte[] body)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
            zlib.Write(body);
        return packed.ToArray();
    }

    static async Task<Socket> ConnectAsync(InProcessCollector collector)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, collector.Address.Port, TestContext.Current.CancellationToken);
        return socket;
    }

    static async Task SendAsync(Socket socket, byte[] bytes)
    {
        try
        {
            for (var rest = bytes.AsMemory(); !rest.IsEmpty;)
                rest = rest[await socket.SendAsync(rest, TestContext.Current.CancellationToken)..];
        }
        catch (SocketException)
        {
            // The collector does not read all of it; the reply has arrived.
        }
    }

    static async Task<string> AskAsync(InProcessCollector collector, byte[] request, int replies = 1)
    {
        using var socket = await ConnectAsync(collector);
        await SendAsync(socket, request);
        return await ReadAsync(socket, replies);
    }

    /// <summary>Reads until a number of replies are complete, or the connection ends.</summary>
    static async Task<string> ReadAsync(Socket socket, int replies = 1)
    {
        var text = new StringBuilder();
        var buffer = new byte[16_384];
        try
        {
            while (Whole(text.ToString()) < replies
                && await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var count)
                text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        catch (SocketException)
        {
            // Closed before everything sent was read: the bytes received count.
        }

        return text.ToString();
    }

    static int Whole(string text)
    {
        var whole = 0;
        while (text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var end)
        {
            var head = text[..end].Split("\r\n")
                .FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.Ordinal));
            var length = head is null
                ? 0 : int.Parse(head.AsSpan(15), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
            if (text.Length < end + 4 + length)
                break;
            whole++;
            text = text[(end + 4 + length)..];
        }

        return whole;
    }

    static async Task<Dictionary<string, long>> CountsAsync(InProcessCollector collector) =>
        (await collector.GetAsync("metrics")).Text.Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#' && !line.Contains("seconds", StringComparison.Ordinal))
            .Select(line => line.Split(' '))
                .ToDictionary(p => p[0], p => long.Parse(p[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
}
