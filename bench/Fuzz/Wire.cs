// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tallymark.Bench.Fuzz;

/// <summary>A reply: its status, whether the connection ends after it, and its body.</summary>
sealed record WireReply(int Status, bool Closes, string Type, bool IsOurs, byte[] Body);

/// <summary>
/// A connection that sends bytes as they are and reads replies as they arrive. Reconnects when it has ended. Not
/// thread-safe.
/// </summary>
sealed class Wire(IPEndPoint to) : IDisposable
{
    const int MaxReplyBytes = 64 * 1024;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly byte[] _buffer = new byte[MaxReplyBytes];
    Socket? _socket;
    int _length;

    /// <summary>Sends a request and reads its reply; null: the connection ended without one.</summary>
    public async Task<WireReply?> AskAsync(byte[] request, bool hasBody)
    {
        using var patience = new CancellationTokenSource(Patience);
        for (var fresh = _socket is null; ; fresh = true)
        {
            _socket ??= await ConnectAsync(patience.Token);
            var reply = await TryAsync(_socket, request, hasBody, patience.Token);
            if (reply is null or { Closes: true })
                Close();
            if (reply is not null || fresh)
                return reply;

            // A kept connection may end between two requests; then nothing of this one was read.
        }
    }

    /// <summary>Sends bytes on a new connection, shuts down sending, and reads until the connection ends.</summary>
    public async Task<List<WireReply>> ThrowAsync(byte[] bytes)
    {
        Close();
        using var patience = new CancellationTokenSource(Patience);
        _socket = await ConnectAsync(patience.Token);
        var replies = new List<WireReply>();
        try
        {
            await SendAsync(_socket, bytes, patience.Token);
            _socket.Shutdown(SocketShutdown.Send);
            while (await ReadAsync(_socket, hasBody: true, patience.Token) is { } reply)
                replies.Add(reply);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // The collector may close the connection on this.
        }

        Close();
        return replies;
    }

    public void Dispose() => Close();

    void Close()
    {
        _socket?.Dispose();
        _socket = null;
        _length = 0;
    }

    async Task<Socket> ConnectAsync(CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(to, stop);
        return socket;
    }

    async Task<WireReply?> TryAsync(Socket socket, byte[] request, bool hasBody, CancellationToken stop)
    {
        var sent = true;
        try
        {
            await SendAsync(socket, request, stop);
        }
        catch (SocketException)
        {
            sent = false; // it did not read all of it; its reply may still have arrived
        }

        try
        {
            return await ReadAsync(socket, hasBody, stop);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return sent ? null : new WireReply(0, Closes: true, "", IsOurs: false, []);
        }
    }

    static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, stop)..];
    }

    async Task<WireReply?> ReadAsync(Socket socket, bool hasBody, CancellationToken stop)
    {
        int end;
        while ((end = _buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (await FillAsync(socket, stop) == 0)
                return _length == 0 ? null : throw new IOException("A reply was cut off.");
        }

        var head = Encoding.ASCII.GetString(_buffer, 0, end).Split("\r\n");
        if (head[0].Length < 12 || !head[0].StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !int.TryParse(head[0].AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            throw new FuzzException($"Not an HTTP reply: {head[0]}");
        }

        var length = hasBody ? int.Parse(Header(head, "Content-Length") ?? "0", CultureInfo.InvariantCulture) : 0;
        if (Header(head, "Transfer-Encoding") is not null)
            throw new FuzzException("A reply in chunks.");
        Take(end + 4);
        while (_length < length)
        {
            if (await FillAsync(socket, stop) == 0)
                throw new IOException("A reply was cut off.");
        }

        var body = _buffer[..length];
        Take(length);
        return new WireReply(
            status, string.Equals(Header(head, "Connection"), "close", StringComparison.OrdinalIgnoreCase),
            Header(head, "Content-Type") ?? "",
            Header(head, "Tallymark-Collector") == "1", body);
    }

    async Task<int> FillAsync(Socket socket, CancellationToken stop)
    {
        if (_length == MaxReplyBytes)
            throw new FuzzException("A reply is longer than the maximum.");
        var count = await socket.ReceiveAsync(_buffer.AsMemory(_length), SocketFlags.None, stop);
        _length += count;
        return count;
    }

    void Take(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
    }

    static string? Header(string[] head, string name)
    {
        foreach (var line in head)
        {
            if (line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
                return line[(name.Length + 1)..].Trim();
        }

        return null;
    }
}
