// SPDX-License-Identifier: MIT
using System.Net.NetworkInformation;

namespace Tallymark.Record;

/// <summary>
/// The network card's address from which a field of type <c>machine</c> is derived as a digest (spec/manifest.md). Only
/// a tool that declares such a field pays for it.
/// </summary>
static class MachineAddress
{
    const int Length = 17; // 00:11:22:33:44:55
    const string Cards = "/sys/class/net";

    // Every Mac with a T2 chip has an internal card with this address.
    const string T2ChipAddress = "ac:de:48:00:11:22";

    /// <summary>
    /// The address as text, <c>00:11:22:33:44:55</c>; null if the machine has no physical card, or it cannot be read.
    /// Cost: up to 1 ms on Linux, several elsewhere.
    /// </summary>
    internal static string? Find()
    {
        try
        {
            return OperatingSystem.IsLinux() ? FindIn(Cards) : FindElsewhere();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NetworkInformationException)
        {
            SelfLog.Report("The network cards could not be read.", e);
            return null;
        }
    }

    /// <summary>
    /// Reads the system's folder of network interfaces, because the framework's API takes 4 ms (measured). A physical
    /// card has a device, unlike bridges, tunnels, loopback and a container's virtual Ethernet, and a permanent
    /// address.
    /// </summary>
    internal static string? FindIn(string folder)
    {
        string? best = null;
        if (!Directory.Exists(folder))
            return null;
        foreach (var card in Directory.GetDirectories(folder))
        {
            if (Path.Exists(Path.Combine(card, "device")) && Read(card, "addr_assign_type") == "0")
                best = Better(best, Read(card, "address"));
        }

        return best;
    }

    /// <summary>
    /// The better of two candidates: an address that the manufacturer assigned before a locally administered one
    /// (second bit of the first byte), then the lowest. So the order in which the system lists its cards does not
    /// matter.
    /// </summary>
    internal static string? Better(string? best, string? other)
    {
        if (other is null || !IsCandidate(other))
            return best;
        if (best is null || IsLocallyAdministered(best) != IsLocallyAdministered(other))
            return best is null || IsLocallyAdministered(best) ? other : best;
        return string.CompareOrdinal(other, best) < 0 ? other : best;
    }

    static string? FindElsewhere()
    {
        string? best = null;
        foreach (var card in NetworkInterface.GetAllNetworkInterfaces())
        {
            // Nearly all virtual cards have a locally administered address; a tunnel is not Ethernet.
            var bytes = card.GetPhysicalAddress().GetAddressBytes();
            if (IsEthernet(card.NetworkInterfaceType) && bytes.Length == 6 && Text(bytes) is var text
                && !IsLocallyAdministered(text))
                best = Better(best, text);
        }

        return best;
    }

    static bool IsEthernet(NetworkInterfaceType type) => type
        is NetworkInterfaceType.Ethernet or NetworkInterfaceType.GigabitEthernet
        or NetworkInterfaceType.FastEthernetT or NetworkInterfaceType.FastEthernetFx
        or NetworkInterfaceType.Wireless80211;

    static string Text(byte[] bytes) =>
        Convert.ToHexStringLower(bytes, 0, 1) + ":" + Convert.ToHexStringLower(bytes, 1, 1) + ":"
        + Convert.ToHexStringLower(bytes, 2, 1) + ":" + Convert.ToHexStringLower(bytes, 3, 1) + ":"
        + Convert.ToHexStringLower(bytes, 4, 1) + ":" + Convert.ToHexStringLower(bytes, 5, 1);

    static bool IsCandidate(string text)
    {
        if (text.Length != Length || text is T2ChipAddress or "00:00:00:00:00:00")
            return false;
        for (var i = 0; i < Length; i++)
        {
            if (i % 3 == 2 ? text[i] != ':' : text[i] is not ((>= '0' and <= '9') or (>= 'a' and <= 'f')))
                return false;
        }

        // The lowest bit of the first byte marks a multicast address.
        return (Digit(text[1]) & 1) == 0;
    }

    static bool IsLocallyAdministered(string text) => (Digit(text[1]) & 2) != 0;

    static int Digit(char one) => one <= '9' ? one - '0' : one - 'a' + 10;

    static string? Read(string card, string name)
    {
        Span<byte> bytes = stackalloc byte[64];
        var length = RawFile.ReadStart(Path.Combine(card, name), bytes);
        return length <= 0 ? null : System.Text.Encoding.ASCII.GetString(bytes[..length]).Trim();
    }
}
