// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Tallymark.Tests;

/// <summary>A request as received.</summary>
sealed record Request(string Line, Dictionary<string, string> Headers, byte[] Raw)
{
    public string[] Lines { get; } = Text(Headers, Raw).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string Batch => JsonDocument.Parse(Lines[0]).RootElement.GetProperty("batch").GetString()!;

    public int Events => JsonDocument.Parse(Lines[0]).RootElement.GetProperty("events").GetInt32();

    static string Text(Dictionary<string, string> headers, byte[] raw)
    {
        if (!headers.TryGetValue("Content-Encoding", out var encoding) || encoding != "gzip")
            return Encoding.UTF8.GetString(raw);
        using var reader = new StreamReader(new GZipStream(new MemoryStream(raw), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }
}

/// <summary>
/// A server on a real socket that answers as a test wants: as a collector, a proxy, a captive portal, or not at all.
/// </summary>
sealed class Listener : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _end = new();
    readonly Func<Request, string?> _answer;
    readonly Func<Request, string?> _settings;
    readonly Task _work;

    /// <summary>
    /// A null answer: the connection stays open without an answer. A request for settings gets settings without rules,
    /// unless the test passes its own answer; such requests are kept separately from the batches.
    /// </summary>
    public Listener(Func<Request, string?> answer, Func<Request, string?>? settings = null)
    {
        _answer = answer;
        _settings = settings ?? (_ => Settings());
        _listener.Start();
        _work = Accept();
    }

    public string Address => "http://127.0.0.1:" + ((IPEndPoint)_listener.LocalEndpoint).Port + "/v1/batches";

    public ConcurrentQueue<Request> Requests { get; } = [];

    /// <summary>The requests for settings.</summary>
    public ConcurrentQueue<Request> AskedForSettings { get; } = [];

    /// <summary>Completed when the first batch was received completely.</summary>
    public TaskCompletionSource First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed when a client has requested settings.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed when a client has disconnected.</summary>
    public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer of a collector that has stored everything.</summary>
    public static string Accept(Request request) => Answer(200, Reply(request.Batch, request.Events));

    /// <summary>A collector's answer to a request for settings.</summary>
    public static string Settings(string rules = "", int hours = 168) =>
        Answer(200, $"{{\"tallymark\":1,\"lifetime_hours\":{hours},\"rules\":[{rules}]}}");

    public static string Reply(string batch, int events) =>
        $"{{\"batch\":\"{batch}\",\"received\":{events},\"stored\":{events},\"dropped\":{{}}}}";

    public static string Problem(int status, string name, params string[] headers) =>
        Answer(status, $$$"""{"type":"https://tallymark.invalid/problems/{{{name}}}","status":{{{status}}}}""", headers);

    /// <summary>A refusal of a batch that the collector has read.</summary>
    public static string Refusal(int status, string name, string batch) => Answer(
        status,
        $$$"""{"type":"https://tallymark.invalid/problems/{{{name}}}","status":{{{status}}},"batch":"{{{batch}}}"}""");

    public static string Answer(int status, string body, params string[] headers) =>
        Foreign(status, body, ["Tallymark-Collector: 1", .. headers]);

    public static string Foreign(int status, string body, params string[] headers) =>
        "HTTP/1.1 " + status + " X\r\nContent-Length: " + Encoding.UTF8.GetByteCount(body) + "\r\n"
        + string.Concat(headers.Select(header => header + "\r\n")) + "\r\n" + body;

    public void Dispose()
    {
        if (_end.IsCancellationRequested)
            return;
        _end.Cancel();
        _work.Wait();      // before Stop: accepting on a stopped listener is an error, not a cancellation
        _listener.Stop();
        _end.Dispose();
    }

    async Task Accept()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(Serve(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    async Task Serve(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            while (await Read(stream) is { } request)
            {
                var asks = request.Line.StartsWith("GET ", StringComparison.Ordinal);
                (asks ? AskedForSettings : Requests).Enqueue(request);
                var answer = asks ? _settings(request) : _answer(request);
                (asks ? Asked : First).TrySetResult();
                if (answer is null)
                {
                    if (await stream.ReadAsync(new byte[1], _end.Token) > 0)
                        throw new InvalidDataException("The client went on without an answer.");
                    return;
                }

                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), _end.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client has reset the connection, or the test has ended.
        }
        finally
        {
            Gone.TrySetResult();
        }
    }

    async Task<Request?> Read(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!head.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await stream.ReadAsync(one, _end.Token) == 0)
                return null;
            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).ToDictionary(
            line => line[..line.IndexOf(':')], line => line[(line.IndexOf(':') + 1)..]
                .Trim(), StringComparer.OrdinalIgnoreCase);
        var length = headers.GetValueOrDefault("Content-Length", "0");
        var body = new byte[int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _end.Token);
        return new Request(lines[0], headers, body);
    }
}
