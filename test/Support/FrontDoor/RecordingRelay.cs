// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;

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

    readonly IPAddress _from;

    /// <summary>Connects to the collector from that loopback address; default: 127.0.0.1.</summary>
    public RecordingRelay(RunningCollector collector, string from = "127.0.0.1")
    {
        _from = IPAddress.Parse(from);
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
        using (var collector = new TcpClient(new IPEndPoint(_from, 0)))
        {
            await collector.ConnectAsync(_collector);
            // When one half closes, the other is closed too.
            await Task.WhenAny(
                Copy(tool.GetStream(), collector.GetStream(), sent),
                Copy(collector.GetStream(), tool.GetStream(), keep: null));
        }
    }

    static async Task Copy(NetworkStream from, NetworkStream to, MemoryStream? keep)
    {
        var buffer = new byte[16_384];
        try
        {
            for (int read; (read = await from.ReadAsync(buffer)) > 0;)
            {
                keep?.Write(buffer, 0, read);
                await to.WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The other half has closed.
        }
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
