// SPDX-License-Identifier: MIT
// What an operator tells a collector.

using System.Net;

namespace Tallymark.Collector;

/// <summary>What an operator tells a collector. Immutable.</summary>
public sealed record CollectorOptions
{
    /// <summary>The data folder; made if it is not there.</summary>
    public required string Data { get; init; }

    /// <summary>The folder that is searched for <c>*.yaml</c> manifests, at start and whenever something changes in it.</summary>
    public required string Manifests { get; init; }

    /// <summary>The address to listen on; port 0 takes a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>
    /// The certificate of the public address with its chain, and its key, as PEM; read again when they change. Null:
    /// plain HTTP, which is for this machine alone and for a proxy that encrypts.
    /// </summary>
    public (string Certificate, string Key)? Tls { get; init; }

    /// <summary>The published folder that is served at <c>/public/</c>; null: none.</summary>
    public string? Public { get; init; }

    /// <summary>The dashboard's files; null: none.</summary>
    public string? Pages { get; init; }

    /// <summary>The proxies whose <c>X-Forwarded-For</c> is believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>
    /// The folder of country tables (<c>*.csv</c> of start,end,code); null: every country stays empty.
    /// </summary>
    public string? Countries { get; init; }

    /// <summary>
    /// The program, with its first arguments, that runs one query of raw data (<see cref="Operations.QueryProcess"/>); null: none are run.
    /// </summary>
    public IReadOnlyList<string>? QueryProgram { get; init; }

    /// <summary>Tests say how many bytes of a folder's disk are free; null: the disk says.</summary>
    internal Func<string, long>? FreeSpace { get; init; }

    /// <summary>The bounds.</summary>
    public Limits Limits { get; init; } = new();
}
