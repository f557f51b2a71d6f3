// SPDX-License-Identifier: MIT
// Which distributions of Linux may be named. A table, so that a review can read it.

using System;
using System.IO;
using System.Text;

namespace Tallymark.Record;

static class DistributionTable
{
    const int LongestFile = 4096;
    const int LongestVersion = 16;

    // Ids of os-release(5) of public distributions, lower case. Any other is `other`: a company's own build would name it.
    // One text, since the runtime makes each text of the code when it is first used; with the ends of a word around each.
    internal const string Known =
        " almalinux alpine amzn arch azurelinux cachyos centos clear-linux-os debian deepin devuan elementary endeavouros"
        + " fedora flatcar garuda gentoo kali linuxmint mageia manjaro mariner neon nixos ol openeuler opensuse-leap"
        + " opensuse-tumbleweed photon pop raspbian rhel rocky slackware sled sles solus steamos ubuntu uos void wolfi zorin ";

    /// <summary><c>debian.12</c>, <c>arch</c> where it has no version, or <c>other</c>.</summary>
    internal static string Version(string path)
    {
        Span<byte> bytes = stackalloc byte[LongestFile];
        int length;
        try
        {
            length = SmallFile.ReadStart(path, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Trouble.Report("The system's version could not be read.", e);
            return "other";
        }

        // `openEuler` writes its id so. Letter by letter: for ToLower the runtime would load its tables of cultures.
        for (var i = 0; i < length; i++)
        {
            if (bytes[i] is >= (byte)'A' and <= (byte)'Z')
                bytes[i] += 'a' - 'A';
        }

        string? id = null, version = null;
        foreach (var line in Encoding.UTF8.GetString(bytes[..Math.Max(0, length)]).Split('\n'))
        {
            if (line.StartsWith("id=", StringComparison.Ordinal))
                id = Unquoted(line[3..]);
            else if (line.StartsWith("version_id=", StringComparison.Ordinal))
                version = Unquoted(line[11..]);
        }

        if (string.IsNullOrEmpty(id) || id.Contains(' ', StringComparison.Ordinal) || !Known.Contains(" " + id + " ", StringComparison.Ordinal))
            return "other";
        return IsPlain(version) ? id + "." + version : id;
    }

    static string Unquoted(string value) => value.Trim().Trim('"', '\'');

    static bool IsPlain(string? version)
    {
        if (string.IsNullOrEmpty(version) || version.Length > LongestVersion)
            return false;
        foreach (var one in version)
        {
            if (!char.IsAsciiDigit(one) && one != '.')
                return false;
        }

        return char.IsAsciiDigit(version[0]) && char.IsAsciiDigit(version[^1]);
    }
}
