// SPDX-License-Identifier: MIT

using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Tallymark.Collector.Http;

/// <summary>
/// Truncates the client's address to a prefix and removes it from the request, before any other code sees it.
/// Thread-safe.
/// </summary>
sealed class AddressTruncation(
    IReadOnlyList<IPNetwork> trustedProxies, IReadOnlyList<IPNetwork> ownNetworks, ProxyWatch watch)
{
    // Headers that can carry the client's address. A proxy may set any of them; only the first is believed.
    static readonly string[] AddressHeaders =
        ["X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP"];

    // Further headers that only a proxy sets.
    static readonly string[] ProxyHeaders =
        ["Via", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Server"];

    /// <summary>The prefix of the client. Afterwards the request holds no address.</summary>
    public NetworkPrefix TakePrefix(HttpContext context)
    {
        var peer = Unmap(context.Connection.RemoteIpAddress);
        // A process that may open the socket file is as good as named.
        var isTrusted = peer is null || IsTrusted(peer);
        var client = isTrusted ? ClientOf(peer, context.Request.Headers[AddressHeaders[0]]) : peer;
        var isForwarded = IsForwarded(context.Request);
        var prefix = NetworkPrefix.Of(client) with
        {
            IsThisMachine = !isTrusted && !isForwarded && IPAddress.IsLoopback(peer!),
            IsOwn = client is not null && Contains(ownNetworks, client),
        };
        if (isTrusted && isForwarded && context.Request.Headers[AddressHeaders[0]].Count == 0)
            watch.SawSilent();
        if (!isTrusted && isForwarded)
            watch.SawUnnamed(peer!);
        context.Connection.RemoteIpAddress = null;
        context.Connection.RemotePort = 0;
        foreach (var header in AddressHeaders)
            context.Request.Headers.Remove(header);
        return prefix;
    }

    // nginx forwards as HTTP/1.0 and without any header of its own, unless its configuration says otherwise.
    static bool IsForwarded(HttpRequest request)
    {
        foreach (var header in AddressHeaders)
        {
            if (request.Headers.ContainsKey(header))
                return true;
        }

        foreach (var header in ProxyHeaders)
        {
            if (request.Headers.ContainsKey(header))
                return true;
        }

        return HttpProtocol.IsHttp10(request.Protocol);
    }

    /// <summary>
    /// The right-most hop that is not a trusted proxy: the client itself may have written everything to the left of it.
    /// Null if a trusted proxy wrote something that is not an address.
    /// </summary>
    IPAddress? ClientOf(IPAddress? peer, StringValues lines)
    {
        var client = peer;
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

    bool IsTrusted(IPAddress address) => Contains(trustedProxies, address);

    static bool Contains(IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
                return true;
        }

        return false;
    }
}
