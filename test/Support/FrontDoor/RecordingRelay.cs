// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tallymark.FrontDoor;

/// <summary>
/// Forwards connections to a collector and keeps every byte that a tool sends. Dispose it after the tools have exited.
/// </summary>
sealed class RecordingRelay : IAsyncDisposable
{
    static readonly byte[] Gzip = [0x1f, 0x8b, 0x08];

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly IPEndPoint _collector;
    readonly ConcurrentQueue<MemoryStream> _sent = new();
    readonly ConcurrentQueue<Task> _exchanges = new();
    readonly CancellationTokenSource _stop = new();
    readonly Task _accepting;

    readonly byte[]? _from;

    /// <summary>
    /// Forwards as a proxy of that client; null: without any header of its own. The collector must trust 127.0.0.1.
    /// </summary>
    public RecordingRelay(RunningCollector collector, string? from = null)
    {
        _from = from is null ? null : Encoding.ASCII.GetBytes($"X-Forwarded-For: {from}\r\n");
        _collector = IPEndPoint.Parse(new Uri(collector.Address).Authority);
        _listener.Start();
        _accepting = Accept();
    }

    public string Endpoint => $"http://{_listener.LocalEndpoint}/v1/batches";

    /// <summary>The endpoint for a collector that uses TLS.</summary>
    public string SecureEndpoint => $"https://{_listener.LocalEndpoint}/v1/batches";

    /// <summary>
    /// Stops the relay. Returns the bytes of each connection, each followed by its decompressed body.
    /// </summary>
    public async Task<IReadOnlyList<byte[]>> Close()
    {
        await DisposeAsync();
        return [.. _sent.Select(s => s.ToArray()).SelectMany(bytes => new[] { bytes, Unpack(bytes) })];
    }

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        await _accepting;      // before Stop: accepting on a stopped listener is an error, not a cancellation
        _listener.Stop();
        await Task.WhenAll(_exchanges);
    }

    async Task Accept()
    {
        while (true)
        {
            try
            {
                _exchanges.Enqueue(Exchange(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    async Task Exchange(TcpClient tool)
    {
        var sent = new MemoryStream();
        _sent.Enqueue(sent);
        using (tool)
        using (var collector = new TcpClient())
        {
            await collector.ConnectAsync(_collector);
            // When one half closes, the other is closed too.
            await Task.WhenAny(
                Copy(tool.GetStream(), collector.GetStream(), sent, _from),
                Copy(collector.GetStream(), tool.GetStream(), keep: null, header: null));
        }
    }

    static async Task Copy(NetworkStream from, NetworkStream to, MemoryStream? keep, byte[]? header)
    {
        var buffer = new byte[16_384];
        try
        {
            for (int read; (read = await from.ReadAsync(buffer)) > 0;)
            {
                keep?.Write(buffer, 0, read);
                await to.WriteAsync(WithHeader(buffer.AsMemory(0, read), header));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The other half has closed.
        }
    }

    // After the first line of each request; a client writes its headers at once.
    static ReadOnlyMemory<byte> WithHeader(ReadOnlyMemory<byte> bytes, byte[]? header)
    {
        var end = " HTTP/1.1\r\n"u8;
        var at = header is null ? -1 : bytes.Span.IndexOf(end);
        if (at < 0)
            return bytes;
        var head = at + end.Length;
        return (byte[])[.. bytes[..head].Span, .. header!, .. bytes[head..].Span];
    }

    static byte[] Unpack(byte[] sent)
    {
        var at = sent.AsSpan().IndexOf(Gzip);
        if (at < 0)
            return [];
        var text = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(sent, at, sent.Length - at), CompressionMode.Decompress))
            gzip.CopyTo(text);
        return text.ToArray();
    }
}
