// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Tallymark.FrontDoor;

/// <summary>Searches bytes for an IPv4 address in each form that a program could write.</summary>
static class AddressSearch
{
    /// <summary>Describes each form of the address in any file below a folder; empty if there is none.</summary>
    public static IEnumerable<string> FindBelow(string folder, string address) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .SelectMany(file => FindIn(file, File.ReadAllBytes(file), address));

    /// <summary>Describes each form of the address in these bytes; empty if there is none.</summary>
    public static IEnumerable<string> FindIn(string where, byte[] bytes, string address) =>
        Forms(address).Where(form => bytes.AsSpan().IndexOf(form) >= 0)
            .Select(form => $"{where}: {Convert.ToHexString(form)}");

    /// <summary>
    /// The first three octets as text; the address in hexadecimal and as a number, each in ASCII and UTF-16; its bytes
    /// in both orders.
    /// </summary>
    public static IEnumerable<byte[]> Forms(string address)
    {
        var packed = IPAddress.Parse(address).GetAddressBytes();
        foreach (var text in (string[])[
            address[..(address.LastIndexOf('.') + 1)], Convert.ToHexString(packed), Convert.ToHexStringLower(packed),
            BinaryPrimitives.ReadUInt32BigEndian(packed).ToString(CultureInfo.InvariantCulture)])
        {
            yield return Encoding.ASCII.GetBytes(text);
            yield return Encoding.Unicode.GetBytes(text);
        }

        yield return packed;
        yield return [.. packed.Reverse()];
    }
}
