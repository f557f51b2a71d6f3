// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Http;

/// <summary>Where the collector listens, for its status. Empty until the addresses are open. Thread-safe.</summary>
sealed class Addresses
{
    /// <summary>The public address for people, with the actual port: a URL or <c>unix:PATH</c>.</summary>
    public string? ListensOn { get; set; }

    /// <summary>The operations address, with the actual port.</summary>
    public string? Operations { get; set; }
}
