// SPDX-License-Identifier: MIT
// Stands between a tool and its collector and keeps every byte that the tool sends, whatever it is and whoever wrote it.

using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;

namespace Tallymark.FrontDoor;

/// <summary>Passes connections on to a collector and back. Dispose it after the tools have ended.</summary>
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

    /// <summary>To the collector each connection seems to come from that address of this machine; default: 127.0.0.1.</summary>
    public RecordingRelay(RunningCollector collector, string from = "127.0.0.1")
    {
        _from = IPAddress.Parse(from);
        _collector = IPEndPoint.Parse(new Uri(collector.Address).Authority);
        _listener.Start();
        _accepting = Accept();
    }

    public string Endpoint => $"http://{_listener.LocalEndpoint}/v1/batches";

    /// <summary>The same for a collector that encrypts.</summary>
    public string SecureEndpoint => $"https://{_listener.LocalEndpoint}/v1/batches";

    /// <summary>Ends the relay, then gives what each connection sent, as it was, and after it what its packed body unpacks to.</summary>
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
            // Whoever ends first ends the other half too.
            await Task.WhenAny(
                Copy(tool.GetStream(), collector.GetStream(), sent), Copy(collector.GetStream(), tool.GetStream(), keep: null));
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
            // The other half has ended.
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
