// SPDX-License-Identifier: MIT
using System.Text;

namespace Tallymark.Record;

/// <summary>The Linux distributions that may be named. A table, so that a reviewer can read it.</summary>
static class DistributionTable
{
    const int MaxFileBytes = 4096;
    const int MaxVersionLength = 16;

    // Ids of public distributions in os-release(5), lower case. Any other is `other`: the id of a company's own build
    // would name the company. One string, since the runtime allocates each string literal on first use; each word has
    // blanks around it.
    internal const string Known =
        " almalinux alpine amzn arch azurelinux cachyos centos clear-linux-os debian deepin devuan elementary"
        + " endeavouros fedora flatcar garuda gentoo kali linuxmint mageia manjaro mariner neon nixos ol openeuler"
        + " opensuse-leap opensuse-tumbleweed photon pop raspbian rhel rocky slackware sled sles solus steamos ubuntu"
        + " uos void wolfi zorin ";

    /// <summary><c>debian.12</c>, <c>arch</c> (a distribution without a version) or <c>other</c>.</summary>
    internal static string Version(string path)
    {
        Span<byte> bytes = stackalloc byte[MaxFileBytes];
        int length;
        try
        {
            length = RawFile.ReadStart(path, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SelfLog.Report("The version of the operating system could not be read.", e);
            return "other";
        }

        // `openEuler` writes its id so. Not ToLower: the runtime would load its culture tables.
        for (var i = 0; i < length; i++)
        {
            if (bytes[i] is >= (byte)'A' and <= (byte)'Z')
                bytes[i] += 'a' - 'A';
        }

        string? id = null, version = null;
        for (int at = 0, end; at < length; at = end + 1)
        {
            end = at;
            while (end < length && bytes[end] != '\n')
                end++;
            if (Begins(bytes[at..end], "id="u8))
                id = Unquoted(bytes[(at + 3)..end]);
            else if (Begins(bytes[at..end], "version_id="u8))
                version = Unquoted(bytes[(at + 11)..end]);
        }

        if (!IsKnown(id))
            return "other";
        return IsPlain(version) ? id + "." + version : id!;
    }

    // Loops of our own, here and below: each short run would load and compile the framework's methods for this alone.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool Begins(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key)
    {
        if (line.Length < key.Length)
            return false;
        for (var i = 0; i < key.Length; i++)
        {
            if (line[i] != key[i])
                return false;
        }

        return true;
    }

    static string Unquoted(ReadOnlySpan<byte> value)
    {
        int start = 0, end = value.Length;
        while (start < end && IsQuoteOrBlank(value[start]))
            start++;
        while (start < end && IsQuoteOrBlank(value[end - 1]))
            end--;
        return Encoding.UTF8.GetString(value[start..end]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IsQuoteOrBlank(byte one) =>
        one is (byte)'"' or (byte)'\'' or (byte)' ' or (byte)'\t' or (byte)'\r';

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IsKnown(string? id)
    {
        if (string.IsNullOrEmpty(id))
            return false;
        for (int at = 1, same; at < Known.Length; at++)
        {
            same = 0;
            while (same < id.Length && at + same < Known.Length && Known[at + same] == id[same] && id[same] != ' ')
                same++;
            if (same == id.Length && Known[at + same] == ' ')
                return true;
            while (Known[at] != ' ')
                at++;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IsPlain(string? version)
    {
        if (string.IsNullOrEmpty(version) || version.Length > MaxVersionLength)
            return false;
        foreach (var one in version)
        {
            if (!char.IsAsciiDigit(one) && one != '.')
                return false;
        }

        return char.IsAsciiDigit(version[0]) && char.IsAsciiDigit(version[^1]);
    }
}
