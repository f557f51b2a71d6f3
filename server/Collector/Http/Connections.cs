// SPDX-License-Identifier: MIT
// Who may be connected: a bounded number, and whoever only waits makes room for who comes.

using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Http;

/// <summary>
/// The connections of the public address. Where there are as many as may be, a new one takes the place of one on which no request is under way (nothing was sent, or not yet all
/// headers, or it is kept for the next request): of the network that has most of them, the one that waits longest. So nobody is locked out by connections that do nothing. Networks
/// are known as prefixes, in memory only. Safe for any thread; one short lock for each connection, none for a request.
/// </summary>
sealed class Connections(int most)
{
    // Guarded by the lock.
    readonly Lock _lock = new();
    readonly HashSet<OpenConnection> _open = [];
    readonly Dictionary<NetworkPrefix, int> _ofNetwork = [];
    long _evicted;
    long _refused;

    // What is later has the greater number: no clock is needed.
    long _turn;

    /// <summary>How many there are.</summary>
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

    /// <summary>How many were closed at once, since on every other a request was under way.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Serves a connection, if there is room or room can be made.</summary>
    public async Task ServeAsync(ConnectionContext context, ConnectionDelegate next)
    {
        var connection = new OpenConnection(context, NetworkPrefix.Of((context.RemoteEndPoint as System.Net.IPEndPoint)?.Address));
        if (!TryEnter(connection))
        {
            context.Abort(new ConnectionAbortedException("Too many connections, all of them at work."));
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

    /// <summary>A request is under way on its connection until <see cref="Waits"/>.</summary>
    public static void Works(HttpContext context)
    {
        if (context.Features.Get<OpenConnection>() is { } connection)
            connection.Waiting = 0;
    }

    /// <summary>Its connection waits for the next request.</summary>
    public void Waits(HttpContext context)
    {
        if (context.Features.Get<OpenConnection>() is { } connection)
            connection.Waiting = Interlocked.Increment(ref _turn);
    }

    bool TryEnter(OpenConnection connection)
    {
        OpenConnection? leaves = null;
        lock (_lock)
        {
            if (_open.Count >= most && (leaves = LongestWaiting()) is null)
            {
                Interlocked.Increment(ref _refused);
                return false;
            }

            if (leaves is not null)
            {
                Interlocked.Increment(ref _evicted);
                Leave(leaves);
            }

            connection.Waiting = Interlocked.Increment(ref _turn);
            _open.Add(connection);
            _ofNetwork[connection.Network] = _ofNetwork.GetValueOrDefault(connection.Network) + 1;
        }

        leaves?.Context.Abort(new ConnectionAbortedException("It waited longest when there was no room for another."));
        return true;
    }

    // Looks at all of them: some 20 microseconds, and only where there is no room.
    OpenConnection? LongestWaiting()
    {
        OpenConnection? found = null;
        var (network, since) = (0, 0L);
        foreach (var connection in _open)
        {
            var waiting = connection.Waiting;
            var others = _ofNetwork[connection.Network];
            if (waiting > 0 && (others > network || (others == network && waiting < since)))
                (found, network, since) = (connection, others, waiting);
        }

        return found;
    }

    void Leave(OpenConnection connection)
    {
        if (!_open.Remove(connection))
            return; // it made room
        var left = _ofNetwork[connection.Network] - 1;
        if (left == 0)
            _ofNetwork.Remove(connection.Network);
        else
            _ofNetwork[connection.Network] = left;
    }

    sealed class OpenConnection(ConnectionContext context, NetworkPrefix network)
    {
        long _waiting;

        public ConnectionContext Context => context;

        public NetworkPrefix Network => network;

        /// <summary>Since which turn it waits; 0: a request is under way.</summary>
        public long Waiting
        {
            get => Volatile.Read(ref _waiting);
            set => Volatile.Write(ref _waiting, value);
        }
    }
}
