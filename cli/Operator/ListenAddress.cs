// SPDX-License-Identifier: MIT

using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tallymark.Cli;

/// <summary>The value of <c>--listen</c>: address and port, <c>localhost</c> and port, or a socket file.</summary>
static class ListenAddress
{
    const string Localhost = "localhost:";
    const string SocketFile = "unix:";

    /// <summary>Bytes of <c>sun_path</c> on the system with the shortest.</summary>
    const int MaxSocketPathBytes = 103;

    public static EndPoint? Parse(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (text.StartsWith(SocketFile, StringComparison.Ordinal))
            return ParseSocketFile(text, result);
        if (text.StartsWith(Localhost, StringComparison.OrdinalIgnoreCase)
            && ushort.TryParse(
                text.AsSpan(Localhost.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            // The system can't find one port that is free on both loopback addresses.
            return port == 0 ? new IPEndPoint(IPAddress.Loopback, 0) : new DnsEndPoint("localhost", port);
        }

        if (text.LastIndexOf(':') > text.LastIndexOf(']') && IPEndPoint.TryParse(text, out var address))
            return address;
        result.AddError(
            $"--listen {text}: write an address and a port, 127.0.0.1:8080 or [::1]:8080, or localhost:8080, or a " +
            "socket file, unix:/run/tallymark.sock.");
        return null;
    }

    static UnixDomainSocketEndPoint? ParseSocketFile(string text, ArgumentResult result)
    {
        var path = text[SocketFile.Length..];
        if (!Path.IsPathRooted(path) || path.EndsWith('/'))
            result.AddError($"--listen {text}: write the whole path of a file, unix:/run/tallymark.sock.");
        else if (System.Text.Encoding.UTF8.GetByteCount(path) > MaxSocketPathBytes)
            result.AddError($"--listen {text}: the path of a socket has at most {MaxSocketPathBytes} bytes.");
        else
            return new UnixDomainSocketEndPoint(path);
        return null;
    }
}
