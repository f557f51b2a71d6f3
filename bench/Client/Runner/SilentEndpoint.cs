// SPDX-License-Identifier: MIT
// An endpoint that takes connections and never answers, until the bench lets go of them.

using System.Net;
using System.Net.Sockets;

namespace Tallymark.Bench;

/// <summary>Not thread safe.</summary>
sealed class SilentEndpoint : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    internal SilentEndpoint() => _listener.Start();

    /// <summary>Where a batch would go.</summary>
    internal string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1/batches";

    /// <summary>True if nobody has knocked since the last call of <see cref="LetGo"/>.</summary>
    internal bool IsUntouched => !_listener.Pending();

    /// <summary>Waits until the uploader has connected and sent something, then hangs up without an answer.</summary>
    internal void LetGo()
    {
        if (!_listener.Server.Poll(Patience, SelectMode.SelectRead))
            throw new BenchException("An upload was due, but no uploader has called the endpoint.");
        using var caller = _listener.AcceptSocket();
        caller.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        var head = new byte[16];
        if (caller.Receive(head) == 0)
            throw new BenchException("The uploader connected and sent nothing.");
    }

    public void Dispose() => _listener.Dispose();
}
