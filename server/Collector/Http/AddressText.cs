// SPDX-License-Identifier: MIT

using System.Net.Sockets;

namespace Tallymark.Collector.Http;

/// <summary>
/// Reads addresses of a country table as numbers. A table has a million of them; an object for each would take longer
/// than the rest of the collector's start.
/// </summary>
static class AddressText
{
    const int Groups = 8;

    /// <summary>Reads <c>192.0.2.1</c> or <c>2001:db8::1</c> and no other form of an address.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out UInt128 number, out AddressFamily family)
    {
        family = text.Contains((byte)':') ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        return family == AddressFamily.InterNetwork ? TryIPv4(text, out number) : TryIPv6(text, out number);
    }

    static bool TryIPv4(ReadOnlySpan<byte> text, out UInt128 number)
    {
        number = 0;
        uint all = 0, part = 0;
        int parts = 0, digits = 0;
        foreach (var one in text)
        {
            if (one == '.' && digits > 0)
            {
                all = (all << 8) | part;
                part = 0;
                digits = 0;
                parts++;
            }
            else if (one is >= (byte)'0' and <= (byte)'9' && ++digits <= 3 && (part = (part * 10) + one - '0') <= 255)
            {
                continue;
            }
            else
            {
                return false;
            }
        }

        number = (all << 8) | part;
        return parts == 3 && digits > 0;
    }

    static bool TryIPv6(ReadOnlySpan<byte> text, out UInt128 number)
    {
        number = 0;
        var gap = text.IndexOf("::"u8);
        if (gap < 0)
            return TryGroups(text, out number, out var all) && all == Groups;
        if (!TryGroups(text[..gap], out var before, out var first)
            || !TryGroups(text[(gap + 2)..], out var after, out var last)
            || first + last >= Groups)
        {
            return false;
        }

        number = first == 0 ? after : (before << (16 * (Groups - first))) | after;
        return true;
    }

    static bool TryGroups(ReadOnlySpan<byte> text, out UInt128 number, out int groups)
    {
        number = 0;
        groups = 0;
        if (text.IsEmpty)
            return true;
        uint group = 0;
        var digits = 0;
        foreach (var one in text)
        {
            if (one == ':' && digits > 0)
            {
                number = (number << 16) | group;
                groups++;
                group = 0;
                digits = 0;
            }
            else if (char.IsAsciiHexDigit((char)one) && ++digits <= 4)
            {
                group = (group << 4) | (uint)(one <= '9' ? one - '0' : (one | 0x20) - 'a' + 10);
            }
            else
            {
                return false;
            }
        }

        number = (number << 16) | group;
        return digits > 0 && ++groups <= Groups;
    }
}
