// SPDX-License-Identifier: MIT

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>
/// No client address is in any file, log line or metric of a real process, while it runs and after it has stopped.
/// </summary>
public sealed class TraceTests
{
    // Forwarded by a trusted proxy, in every spelling.
    static readonly (string Header, string Value, string Address)[] Forwarded =
    [
        ("X-Forwarded-For", "203.0.113.77", "203.0.113.77"),
        ("X-Forwarded-For", "198.51.100.201:51234", "198.51.100.201"),
        ("X-Forwarded-For", "::ffff:192.0.2.145", "192.0.2.145"),
        ("X-Forwarded-For", "2001:db8:1234:5678:9abc:def0:1122:3344", "2001:db8:1234:5678:9abc:def0:1122:3344"),
        ("X-Forwarded-For", "[2001:db8:4321:8765:cba9:fed:2211:4433]:443", "2001:db8:4321:8765:cba9:fed:2211:4433"),
        ("X-Forwarded-For", "203.0.113.91, 198.18.7.33", "203.0.113.91"),
        ("Forwarded", "for=203.0.114.62;proto=https", "203.0.114.62"),
        ("X-Real-IP", "203.0.115.63", "203.0.115.63"),
        ("CF-Connecting-IP", "203.0.116.64", "203.0.116.64"),
        ("True-Client-IP", "203.0.117.65", "203.0.117.65"),
    ];

    // Peers of connections that are not trusted proxies.
    static readonly string[] Peers = ["127.45.67.89", "127.201.13.7"];

    [Fact]
    public async Task No_address_is_in_any_file_log_line_or_metric_and_the_search_finds_planted_ones()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere 127.0.0.0/8 is not all this machine's.");
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        var traces = new AddressTraces(
            [.. Forwarded.Select(s => IPAddress.Parse(s.Address)), .. Peers.Select(IPAddress.Parse),
                IPAddress.Parse("198.18.7.33")]);
        string seen;
        await using (var serve = await CollectorProgram.Serve(folder, "--trusted-proxy", "127.0.0.1"))
        {
            var replies = new StringBuilder();
            foreach (var (header, value, _) in Forwarded)
                replies.Append(await TalkAsync(serve, "127.0.0.1", $"{header}: {value}\r\n"));
            foreach (var peer in Peers)
                replies.Append(await TalkAsync(serve, peer, "X-Forwarded-For: 203.0.113.77\r\n"));
            using var http = new HttpClient { BaseAddress = serve.Address };
            var metrics = await http.GetStringAsync(serve.Metrics,
                TestContext.Current.CancellationToken);
            Assert.Equal(2 * (Forwarded.Length + Peers.Length), Counters.Read(metrics, Some.Tool).Stored);
            seen = serve.Log + metrics + replies;
            Assert.Empty(traces.Find(folder["data"], seen)); // includes what is in write-ahead logs only
            Assert.Equal(0, (await serve.Stop()).ExitCode);
            seen += serve.Log;
        }

        Assert.Empty(traces.Find(folder.Path, seen));
        Plant(folder, traces, seen);
    }

    /// <summary>
    /// Planted addresses are found: in a log line, in a file in either byte order, and in columns, which may hold no
    /// text of them.
    /// </summary>
    static void Plant(TempFolder folder, AddressTraces traces, string seen)
    {
        Assert.NotEmpty(traces.Find(folder["data"], $"{seen}12:00:00Z 300 error: from 203.0.113.77\n"));
        Assert.NotEmpty(traces.Find(folder["data"], $"{seen}12:00:00Z 300 error: from cb00714d\n"));
        var part = Assert.Single(Directory.GetFiles(folder["data/tools/probe/parts"], "*.duckdb"));
        var whole = File.ReadAllBytes(part);
        foreach (var statement in new[]
        {
            "UPDATE main.plain SET installation = '203.0.113.77'",
            "UPDATE main.every SET number = 3405803853", // the same as one number
            "UPDATE main.plain SET country = '2001:0db8:1234:5678:9abc:def0:1122:3344'",
        })
        {
            using (var database = Database.Open(part, []))
            using (var connection = database.Connect())
                connection.Execute(statement);
            Assert.True(traces.Find(folder["data"], seen)
                .Exists(f => f.StartsWith("values of ", StringComparison.Ordinal)), statement);
            File.WriteAllBytes(part, whole);
        }

        Assert.Empty(traces.Find(folder["data"], seen));
        var packed = IPAddress.Parse("2001:db8:1234:5678:9abc:def0:1122:3344").GetAddressBytes();
        File.WriteAllBytes(folder["data/planted"], [1, 2, .. packed.Reverse(), 3]);
        Assert.NotEmpty(traces.Find(folder["data"], seen));
    }

    /// <summary>
    /// Sends every kind of request, good and bad, on one connection from an address; returns the replies.
    /// </summary>
    static async Task<string> TalkAsync(ServeProcess serve, string from, string header)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, serve.Address.Port, TestContext.Current.CancellationToken);
        List<byte[]> requests =
        [
            Post("v1/batches", Some.Batch(Some.LineOf(1), Some.Line("every", "\"number\":7"), Some.Line("nothing"))),
            Post("v1/batches", "no batch"u8.ToArray()),
            Post("v1/batches", Some.Batch([Some.Line()], tool: "unheard-of")),
            Post("v1/batches", Some.Batch(Some.Line(manifest: 9))),
            Post(
                "v1/deletions",
                Encoding.ASCII.GetBytes($$"""{"tallymark":1,"tool":"probe","proofs":["{{new string('a', 64)}}"]}"""),
                "application/json"),
            Get("v1/settings?tool=probe"), Get("v1/live?tool=probe"), Get("v1/status"), Get("nothing"), Get("healthz"),
            // Not HTTP. The last one, since it ends the connection.
            Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\n{header}no header\r\n\r\n"),
        ];
        await socket.SendAsync(requests.SelectMany(r => r).ToArray(), TestContext.Current.CancellationToken);
        var text = new StringBuilder();
        var buffer = new byte[16_384];
        while (await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var count)
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        return text.ToString();

        byte[] Post(string path, byte[] body, string type = "application/x-ndjson") =>
            [
                .. Encoding.ASCII.GetBytes(
                    $"POST /{path} HTTP/1.1\r\nHost: x\r\n{header}Content-Type: {type}\r\n"
                    + $"Content-Length: {body.Length}\r\n\r\n"),
                .. body,
            ];

        byte[] Get(string path) => Encoding.ASCII.GetBytes($"GET /{path} HTTP/1.1\r\nHost: x\r\n{header}\r\n");
    }
}
