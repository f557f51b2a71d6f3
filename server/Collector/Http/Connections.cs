// SPDX-License-Identifier: MIT

using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Http;

/// <summary>
/// Bounds the connections of the public address. At the bound a new connection replaces an idle one: one that sent
/// nothing, or not yet all headers, or that is kept alive for its next request. It takes the longest idle connection of
/// the network that has the most, if that network has no fewer than its own, so that idle connections can't lock other
/// clients out. If there is none, it replaces the longest transfer (a body that arrives slowly, a file that is read
/// slowly) of the network that has the most connections, if that network has more than its own: so neither can slow
/// ones. A request whose body was received is never ended. Networks are known as prefixes, in memory only. Thread-safe.
/// Cost: one short lock for each connection, none for a request.
/// </summary>
sealed class Connections(int max)
{
    // Guarded by _lock.
    readonly Lock _lock = new();
    readonly HashSet<OpenConnection> _open = [];
    readonly Dictionary<NetworkPrefix, int> _ofNetwork = [];

    long _evicted;
    long _refused;
    long _turn; // orders the connections by when they became idle, without a clock

    /// <summary>How many connections are open.</summary>
    public int Open
    {
        get
        {
            lock (_lock)
                return _open.Count;
        }
    }

    /// <summary>How many were closed to make room.</summary>
    public long Evicted => Interlocked.Read(ref _evicted);

    /// <summary>
    /// How many were refused because no connection was idle and no network had more connections than theirs.
    /// </summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Serves a connection if there is room or an idle one can be closed.</summary>
    public async Task ServeAsync(ConnectionContext context, ConnectionDelegate next)
    {
        var network = NetworkPrefix.Of((context.RemoteEndPoint as IPEndPoint)?.Address);
        var connection = new OpenConnection(context, network);
        if (!TryEnter(connection))
        {
            context.Abort(new ConnectionAbortedException("Too many connections, and none may be replaced."));
            return;
        }

        context.Features.Set(connection);
        try
        {
            await next(context);
        }
        finally
        {
            lock (_lock)
                Leave(connection);
        }
    }

    /// <summary>A request begins. Its connection is busy until <see cref="MarkIdle"/>.</summary>
    public void MarkBusy(HttpContext context)
    {
        if (context.Features.Get<OpenConnection>() is not { } connection)
            return;
        connection.TransferSince = Interlocked.Increment(ref _turn);
        connection.IdleSince = 0;
    }

    /// <summary>The body of a request was received: from here on the request is never ended for another.</summary>
    public static void MarkReceived(HttpContext context)
    {
        if (context.Features.Get<OpenConnection>() is { } connection)
            connection.TransferSince = 0;
    }

    /// <summary>The request has ended. Its connection waits for the next one.</summary>
    public void MarkIdle(HttpContext context)
    {
        if (context.Features.Get<OpenConnection>() is { } connection)
            connection.IdleSince = Interlocked.Increment(ref _turn);
    }

    bool TryEnter(OpenConnection connection)
    {
        OpenConnection? evicted = null;
        lock (_lock)
        {
            if (_open.Count >= max
                && (evicted = FindIdle(connection.Network) ?? FindTransfer(connection.Network)) is null)
            {
                Interlocked.Increment(ref _refused);
                return false;
            }

            if (evicted is not null)
            {
                Interlocked.Increment(ref _evicted);
                Leave(evicted);
            }

            connection.IdleSince = Interlocked.Increment(ref _turn);
            _open.Add(connection);
            _ofNetwork[connection.Network] = _ofNetwork.GetValueOrDefault(connection.Network) + 1;
        }

        evicted?.Context.Abort(new ConnectionAbortedException("Closed to make room for another connection."));
        return true;
    }

    // Only of a network with at least as many connections as the newcomer's. Otherwise slow connections of one network,
    // which are not idle, would replace those of others that have just been opened. Cost: a pass over all connections,
    // about 20 microseconds, only at the bound.
    OpenConnection? FindIdle(NetworkPrefix newcomer)
    {
        OpenConnection? found = null;
        var (ofNetwork, since) = (_ofNetwork.GetValueOrDefault(newcomer), long.MaxValue);
        foreach (var connection in _open)
        {
            var idleSince = connection.IdleSince;
            var count = _ofNetwork[connection.Network];
            if (idleSince > 0 && (count > ofNetwork || (count == ofNetwork && idleSince < since)))
                (found, ofNetwork, since) = (connection, count, idleSince);
        }

        return found;
    }

    // By two, so that two networks don't replace each other's connections in turn.
    OpenConnection? FindTransfer(NetworkPrefix newcomer)
    {
        OpenConnection? found = null;
        var (ofNetwork, since) = (_ofNetwork.GetValueOrDefault(newcomer) + 2, long.MaxValue);
        foreach (var connection in _open)
        {
            var transferSince = connection.TransferSince;
            var count = _ofNetwork[connection.Network];
            if (transferSince > 0 && (count > ofNetwork || (count == ofNetwork && transferSince < since)))
                (found, ofNetwork, since) = (connection, count, transferSince);
        }

        return found;
    }

    void Leave(OpenConnection connection)
    {
        if (!_open.Remove(connection))
            return; // it was evicted
        var left = _ofNetwork[connection.Network] - 1;
        if (left == 0)
            _ofNetwork.Remove(connection.Network);
        else
            _ofNetwork[connection.Network] = left;
    }

    sealed class OpenConnection(ConnectionContext context, NetworkPrefix network)
    {
        long _idleSince;
        long _transferSince;

        public ConnectionContext Context => context;

        public NetworkPrefix Network => network;

        /// <summary>The turn since which the connection is idle; 0: a request is in progress.</summary>
        public long IdleSince
        {
            get => Volatile.Read(ref _idleSince);
            set => Volatile.Write(ref _idleSince, value);
        }

        /// <summary>The turn since which a request is in progress; 0: its body was received.</summary>
        public long TransferSince
        {
            get => Volatile.Read(ref _transferSince);
            set => Volatile.Write(ref _transferSince, value);
        }
    }
}
