// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Http;

/// <summary>Carries the prefix of a request's client through the request.</summary>
sealed class NetworkPrefixFeature(NetworkPrefix prefix)
{
    /// <summary>The prefix of a request; unknown if no address was truncated.</summary>
    public static NetworkPrefix Of(HttpContext context) =>
        context.Features.Get<NetworkPrefixFeature>()?.Prefix ?? default;

    NetworkPrefix Prefix { get; } = prefix;
}
