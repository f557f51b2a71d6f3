// SPDX-License-Identifier: MIT

using System.Net;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Http;

/// <summary>
/// Notices proxies that the operator did not set up: through them all clients look like one. Each kind is logged once,
/// and <see cref="Problems"/> names it until the restart. Remembers no address. Thread-safe.
/// </summary>
sealed class ProxyWatch(ILogger log)
{
    const string ThisMachine = "this machine";
    const string PrivateNetwork = "a private network";

    // Networks that no client on the Internet can come from (RFC 1918, RFC 6598, RFC 4193). Any client can set the
    // headers of a proxy, so that from elsewhere they prove nothing.
    static readonly IPNetwork[] PrivateNetworks =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("fc00::/7"),
    ];

    int _thisMachine;
    int _privateNetwork;
    int _silent;

    /// <summary>The problems that the operator should correct, with the remedy.</summary>
    public IEnumerable<string> Problems
    {
        get
        {
            if (Volatile.Read(ref _thisMachine) > 0)
                yield return Unnamed(ThisMachine, "127.0.0.1");
            if (Volatile.Read(ref _privateNetwork) > 0)
                yield return Unnamed(PrivateNetwork, "its address");
            if (Volatile.Read(ref _silent) > 0)
            {
                yield return "A trusted proxy does not set X-Forwarded-For: its clients share the limits of one "
                    + "network. Let it set that header.";
            }
        }
    }

    /// <summary>A proxy that no --trusted-proxy names forwarded a request.</summary>
    public void SawUnnamed(IPAddress peer)
    {
        if (IPAddress.IsLoopback(peer))
        {
            if (Volatile.Read(ref _thisMachine) == 0 && Interlocked.Exchange(ref _thisMachine, 1) == 0)
                log.ProxyNotNamed(ThisMachine);
        }
        else if (Volatile.Read(ref _privateNetwork) == 0 && Array.Exists(PrivateNetworks, net => net.Contains(peer))
            && Interlocked.Exchange(ref _privateNetwork, 1) == 0)
        {
            log.ProxyNotNamed(PrivateNetwork);
        }
    }

    /// <summary>A trusted proxy forwarded a request and did not say for whom.</summary>
    public void SawSilent()
    {
        if (Volatile.Read(ref _silent) == 0 && Interlocked.Exchange(ref _silent, 1) == 0)
            log.ProxySilent();
    }

    static string Unnamed(string where, string address) =>
        $"A proxy on {where} forwards requests and no --trusted-proxy names it: its clients share the limits of one "
        + $"network, and events get the wrong country. Add --trusted-proxy with {address}, and let the proxy set "
        + "X-Forwarded-For.";
}
