// SPDX-License-Identifier: MIT
// The first thing that happens to a request: its address is cut to a prefix and wiped, before any other code sees it.

using System.Net;
using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Http;

/// <summary>Cuts addresses. Stateless, safe for any thread.</summary>
sealed class AddressCut(IReadOnlyList<IPNetwork> trustedProxies)
{
    // Headers that can carry the client's address; a proxy may set any of them, we believe the first only.
    static readonly string[] AddressHeaders =
        ["X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP"];

    /// <summary>The prefix of the client, after which the request holds no address any more.</summary>
    public NetworkPrefix Take(HttpContext context)
    {
        var prefix = NetworkPrefix.Of(ClientOf(context));
        context.Connection.RemoteIpAddress = null;
        context.Connection.RemotePort = 0;
        foreach (var header in AddressHeaders)
            context.Request.Headers.Remove(header);
        return prefix;
    }

    /// <summary>
    /// The peer, or behind trusted proxies the right-most hop that is none of them: whatever stands left of it was
    /// written by the client itself. Null where a trusted proxy wrote something that is no address.
    /// </summary>
    IPAddress? ClientOf(HttpContext context)
    {
        var client = Plain(context.Connection.RemoteIpAddress);
        if (client is null || !IsTrusted(client))
            return client;
        var lines = context.Request.Headers[AddressHeaders[0]];
        for (var line = lines.Count - 1; line >= 0; line--)
        {
            var hops = (lines[line] ?? "").Split(',');
            for (var hop = hops.Length - 1; hop >= 0; hop--)
            {
                if (!IPEndPoint.TryParse(hops[hop].Trim(), out var parsed))
                    return null;
                client = Plain(parsed.Address)!;
                if (!IsTrusted(client))
                    return client;
            }
        }

        return client;
    }

    static IPAddress? Plain(IPAddress? address) =>
        address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    bool IsTrusted(IPAddress address)
    {
        foreach (var proxy in trustedProxies)
        {
            if (proxy.Contains(address))
                return true;
        }

        return false;
    }
}
