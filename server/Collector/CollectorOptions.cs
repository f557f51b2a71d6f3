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

    /// <summary>The address to listen on; port 0 picks a free port.</summary>
    public required IPEndPoint Listen { get; init; }

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
    /// The folder of country tables (<c>*.csv</c> of start,end,code); null: the country of every event stays empty.
    /// </summary>
    public string? Countries { get; init; }

    /// <summary>Returns the free bytes of a folder's disk, for tests; null: asks the system.</summary>
    internal Func<string, long>? FreeSpace { get; init; }

    /// <summary>The limits.</summary>
    public Limits Limits { get; init; } = new();
}
