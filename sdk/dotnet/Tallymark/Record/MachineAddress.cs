// SPDX-License-Identifier: MIT
// The address of this machine's network card that a field of type `machine` is a digest of (spec/manifest.md). Only a tool that declares one pays for it.

using System.Net.NetworkInformation;

namespace Tallymark.Record;

static class MachineAddress
{
    const int Length = 17; // 00:11:22:33:44:55
    const string Cards = "/sys/class/net";

    // Every Mac with a T2 chip has a card of this address inside.
    const string InEveryMac = "ac:de:48:00:11:22";

    /// <summary>
    /// The address as text, <c>00:11:22:33:44:55</c>; null where the machine has no card of its own, or it can't be read. Costs up to a
    /// millisecond on Linux, some elsewhere.
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
    /// Reads the system's folder of network interfaces: asking the framework takes 4 ms (measured). A card has a device behind it, which
    /// bridges, tunnels, loopback and the ends of a container's cable have not, and an address that is its own for ever.
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
    /// The better of two candidates: one that its maker gave before one that somebody chose (second bit of the first byte), then the
    /// lowest. So the order in which the system lists its cards decides nothing.
    /// </summary>
    internal static string? Better(string? best, string? other)
    {
        if (other is null || !IsCandidate(other))
            return best;
        if (best is null || IsChosen(best) != IsChosen(other))
            return best is null || IsChosen(best) ? other : best;
        return string.CompareOrdinal(other, best) < 0 ? other : best;
    }

    static string? FindElsewhere()
    {
        string? best = null;
        foreach (var card in NetworkInterface.GetAllNetworkInterfaces())
        {
            // Of the systems' virtual ones nearly all have a chosen address; a tunnel has no Ethernet.
            var bytes = card.GetPhysicalAddress().GetAddressBytes();
            if (IsEthernet(card.NetworkInterfaceType) && bytes.Length == 6 && Text(bytes) is var text && !IsChosen(text))
                best = Better(best, text);
        }

        return best;
    }

    static bool IsEthernet(NetworkInterfaceType type) => type is NetworkInterfaceType.Ethernet or NetworkInterfaceType.GigabitEthernet
        or NetworkInterfaceType.FastEthernetT or NetworkInterfaceType.FastEthernetFx or NetworkInterfaceType.Wireless80211;

    static string Text(byte[] bytes) => Convert.ToHexStringLower(bytes, 0, 1) + ":" + Convert.ToHexStringLower(bytes, 1, 1) + ":"
        + Convert.ToHexStringLower(bytes, 2, 1) + ":" + Convert.ToHexStringLower(bytes, 3, 1) + ":"
        + Convert.ToHexStringLower(bytes, 4, 1) + ":" + Convert.ToHexStringLower(bytes, 5, 1);

    static bool IsCandidate(string text)
    {
        if (text.Length != Length || text is InEveryMac or "00:00:00:00:00:00")
            return false;
        for (var i = 0; i < Length; i++)
        {
            if (i % 3 == 2 ? text[i] != ':' : text[i] is not ((>= '0' and <= '9') or (>= 'a' and <= 'f')))
                return false;
        }

        // The lowest bit of the first byte: an address of many machines, not of one.
        return (Digit(text[1]) & 1) == 0;
    }

    static bool IsChosen(string text) => (Digit(text[1]) & 2) != 0;

    static int Digit(char one) => one <= '9' ? one - '0' : one - 'a' + 10;

    static string? Read(string card, string name)
    {
        Span<byte> bytes = stackalloc byte[64];
        var length = SmallFile.ReadStart(Path.Combine(card, name), bytes);
        return length <= 0 ? null : System.Text.Encoding.ASCII.GetString(bytes[..length]).Trim();
    }
}
