// SPDX-License-Identifier: MIT
using System.Net;

namespace Mlflow.Server;

/// <summary>
/// The hosts that a request may name. A page of another site can give its own name the address of this machine (DNS
/// rebinding), and a browser then takes this server for that site. Such a request names the other site.
/// </summary>
static class AllowedHosts
{
    /// <summary>
    /// This machine, the host of the address on which the server listens, and the listed ones. A server that listens on
    /// all addresses is known by names that it can't know: without a list it allows every host.
    /// </summary>
    /// <param name="listen">HOST:PORT.</param>
    /// <param name="more">Hosts separated by semicolons; null if the operator has named none.</param>
    public static IList<string> For(string listen, string? more)
    {
        var host = new HostString(listen).Host;
        if (more is null && IsAny(host))
            return ["*"];
        List<string> allowed = ["localhost", "127.0.0.1", "[::1]"];
        if (!IsAny(host))
            allowed.Add(host);
        allowed.AddRange((more ?? "").Split(
            ';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return allowed;
    }

    static bool IsAny(string host) => host is "*" or "+"
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address)
            && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)));
}
