// SPDX-License-Identifier: MIT
// Carries the prefix of a request's client to the step that makes a country of it.

using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Http;

sealed class NetworkPrefixFeature(NetworkPrefix prefix)
{
    /// <summary>The prefix of a request; not known where nobody cut an address.</summary>
    public static NetworkPrefix Of(HttpContext context) =>
        context.Features.Get<NetworkPrefixFeature>()?.Prefix ?? default;

    NetworkPrefix Prefix { get; } = prefix;
}
