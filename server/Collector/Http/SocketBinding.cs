// SPDX-License-Identifier: MIT

using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Tallymark.Collector.Http;

/// <summary>
/// Binds the sockets of one web server and remembers which address failed and why: the server's own exceptions don't
/// say it. Used by the thread that starts the server.
/// </summary>
/// <param name="sourceOf">The option that an address comes from, and its value.</param>
sealed class SocketBinding(Func<EndPoint, (string Option, string Value)> sourceOf)
{
    ListenException? _failure;

    /// <summary>Creates a bound socket.</summary>
    /// <exception cref="SocketException">The address can't be used.</exception>
    public Socket Bind(EndPoint address)
    {
        try
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(address);
        }
        catch (SocketException e)
        {
            var (option, value) = sourceOf(address);
            if (_failure?.Option != option) // of the two addresses of localhost the first: one of them may fail
                _failure = new ListenException(option, value, ReasonOf(address, e));
            throw;
        }
    }

    /// <summary>Starts the server.</summary>
    /// <exception cref="ListenException">An address can't be used.</exception>
    public async Task StartAsync(WebApplication server, CancellationToken cancel)
    {
        try
        {
            await server.StartAsync(cancel);
        }
        catch (Exception e) when (_failure is not null && e is (SocketException or IOException))
        {
            throw _failure;
        }
    }

    static string ReasonOf(EndPoint address, SocketException e) => address is UnixDomainSocketEndPoint file
        ? ReasonOf(Path.GetDirectoryName(file.ToString())!, e)
        : e.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => "another process listens there. Stop it, or choose another port.",
            SocketError.AddressNotAvailable =>
                "this machine has no such address. Choose one of its addresses, or 0.0.0.0 or [::] for all of them.",
            SocketError.AccessDenied =>
                $"this user may not listen on port {(address as IPEndPoint)?.Port}. Choose a port above 1023, or give "
                + "the process the capability CAP_NET_BIND_SERVICE.",
            SocketError.AddressFamilyNotSupported => "this machine has no IPv6. Choose an IPv4 address.",
            _ => $"the system refuses it: {e.Message}. Choose another address.",
        };

    // The system reports a missing folder as a missing address.
    static string ReasonOf(string folder, SocketException e) =>
        e.SocketErrorCode == SocketError.AccessDenied
            ? $"this user may not create a file in {folder}. Change the folder's owner or mode, or choose another path."
        : !Directory.Exists(folder) ? $"the folder {folder} does not exist. Create it, or choose another path."
        : $"the system refuses it: {e.Message}. Choose another path.";
}
