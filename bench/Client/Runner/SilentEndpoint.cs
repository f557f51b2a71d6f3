// SPDX-License-Identifier: MIT

using System.Net;
using System.Net.Sockets;

namespace Tallymark.Bench;

/// <summary>
/// An endpoint that accepts connections and never answers, until the benchmark disconnects. Not thread-safe.
/// </summary>
sealed class SilentEndpoint : IDisposable
{
    static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    internal SilentEndpoint() => _listener.Start();

    /// <summary>The address of the proxy to the endpoint, for HTTPS_PROXY.</summary>
    internal string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>True if no client has connected since the last call of <see cref="Disconnect"/>.</summary>
    internal bool IsUntouched => !_listener.Pending();

    /// <summary>
    /// Waits until the uploader has connected and sent something, then disconnects without an answer.
    /// </summary>
    internal void Disconnect()
    {
        if (!_listener.Server.Poll(MaxWait, SelectMode.SelectRead))
            throw new BenchException("An upload was due, but no uploader connected.");
        using var client = _listener.AcceptSocket();
        client.ReceiveTimeout = (int)MaxWait.TotalMilliseconds;
        var head = new byte[16];
        if (client.Receive(head) == 0)
            throw new BenchException("The uploader connected and sent nothing.");
    }

    public void Dispose() => _listener.Dispose();
}
