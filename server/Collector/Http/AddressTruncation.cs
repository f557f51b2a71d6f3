// SPDX-License-Identifier: MIT

using System.Net;
using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Http;

/// <summary>
/// Truncates the client's address to a prefix and removes it from the request, before any other code sees it.
/// Thread-safe.
/// </summary>
sealed class AddressTruncation(IReadOnlyList<IPNetwork> trustedProxies)
{
    // Headers that can carry the client's address. A proxy may set any of them; only the first is believed.
    static readonly string[] AddressHeaders =
        ["X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP"];

    /// <summary>The prefix of the client. Afterwards the request holds no address.</summary>
    public NetworkPrefix TakePrefix(HttpContext context)
    {
        var prefix = NetworkPrefix.Of(ClientOf(context));
        context.Connection.RemoteIpAddress = null;
        context.Connection.RemotePort = 0;
        foreach (var header in AddressHeaders)
            context.Request.Headers.Remove(header);
        return prefix;
    }

    /// <summary>
    /// The peer, or behind trusted proxies the right-most hop that is not one of them: the client itself may have
    /// written everything to the left of it. Null if a trusted proxy wrote something that is not an address.
    /// </summary>
    IPAddress? ClientOf(HttpContext context)
    {
        var client = Unmap(context.Connection.RemoteIpAddress);
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
                client = Unmap(parsed.Address)!;
                if (!IsTrusted(client))
                    return client;
            }
        }

        return client;
    }

    static IPAddress? Unmap(IPAddress? address) =>
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
