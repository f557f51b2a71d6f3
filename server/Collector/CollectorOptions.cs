// SPDX-License-Identifier: MIT

using System.Net;

namespace Tallymark.Collector;

/// <summary>The operator's settings of a collector. Immutable.</summary>
public sealed record CollectorOptions
{
    /// <summary>The data folder; created if it does not exist.</summary>
    public required string Data { get; init; }

    /// <summary>The folder of <c>*.yaml</c> manifests; read at start and again when something in it changes.</summary>
    public required string Manifests { get; init; }

    /// <summary>
    /// The address to listen on: an <see cref="IPEndPoint"/>, whose port 0 picks a free port; a
    /// <see cref="DnsEndPoint"/>, for the port on both loopback addresses; or a
    /// <see cref="System.Net.Sockets.UnixDomainSocketEndPoint"/>.
    /// </summary>
    public required EndPoint Listen { get; init; }

    /// <summary>
    /// The address of counters and health, which need no token there; port 0 picks a free port. Plain HTTP: a loopback
    /// address, or one that only the operator's machines reach.
    /// </summary>
    public IPEndPoint Operations { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>
    /// Paths of the certificate (with its chain) and of its key, both PEM; the collector reads them again when they
    /// change. Null: plain HTTP, for clients on the same machine or behind a proxy that encrypts.
    /// </summary>
    public (string Certificate, string Key)? Tls { get; init; }

    /// <summary>The published folder, served at <c>/public/</c>; null: not served.</summary>
    public string? Public { get; init; }

    /// <summary>The folder of the dashboard's files; null: not served.</summary>
    public string? Pages { get; init; }

    /// <summary>The proxies whose <c>X-Forwarded-For</c> the collector trusts.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>
    /// Networks that the operator vouches for, such as those of the organisation whose collector it is. Their
    /// installations count each for itself and from their first day. No other client may be able to send from them.
    /// </summary>
    public IReadOnlyList<IPNetwork> OwnNetworks { get; init; } = [];

    /// <summary>
    /// The folder of country tables (<c>*.csv</c> of start,end,code); null: the country of every event stays empty.
    /// </summary>
    public string? Countries { get; init; }

    /// <summary>The form of the log.</summary>
    public LogStyle Log { get; init; } = new();

    /// <summary>
    /// Folds days before their events expire; null: events expire without it, for tools that publish nothing.
    /// </summary>
    public Func<DataFolder, IDayFolding>? Folding { get; init; }

    /// <summary>Returns the free bytes of a folder's disk, for tests; null: asks the system.</summary>
    internal Func<string, long>? FreeSpace { get; init; }

    /// <summary>The limits.</summary>
    public Limits Limits { get; init; } = new();
}
