// SPDX-License-Identifier: MIT

using System.Buffers;

namespace Tallymark.Collector.Ingest;

/// <summary>The grammars of versions and stack frames (spec/manifest.md), checked on bytes.</summary>
static class VersionText
{
    const int MaxNumbers = 4;
    const int MaxDigits = 9;
    const int MaxFrameBytes = 256;

    // A path or a sentence needs one of these. Quotes and backslashes are refused earlier.
    static readonly SearchValues<byte> NotInFrame = SearchValues.Create(" /"u8);

    /// <summary><c>NUMBER(.NUMBER){0,3}[-LABEL[.NUMBER]]</c>, or <c>other</c>.</summary>
    public static bool IsVersion(ReadOnlySpan<byte> text, Utf8Names labels)
    {
        if (text.SequenceEqual("other"u8))
            return true;
        if (!TakeNumbers(ref text, MaxNumbers))
            return false;
        return text.IsEmpty || (text[0] == '-' && IsLabel(text[1..], labels));
    }

    /// <summary>
    /// Whether the numbers of a version could be a machine's IPv4 address: four up to 255, the last not 0.
    /// </summary>
    public static bool IsAddress(ReadOnlySpan<byte> version)
    {
        int numbers = 1, number = 0;
        foreach (var one in version)
        {
            if (one == '-')
                break;
            if (one == '.')
                (numbers, number) = (numbers + 1, 0);
            else if (one is < (byte)'0' or > (byte)'9' || (number = (number * 10) + (one - '0')) > 255)
                return false;
        }

        return numbers == 4 && number > 0;
    }

    /// <summary><c>NUMBERS</c>, or a distribution, alone or with <c>.NUMBERS</c>, or <c>other</c>.</summary>
    public static bool IsSystemVersion(ReadOnlySpan<byte> text, Utf8Names distributions)
    {
        if (text.SequenceEqual("other"u8) || distributions.Find(text) >= 0)
            return true;
        if (TakeNumbers(ref text, MaxNumbers))
            return text.IsEmpty;
        var dot = text.IndexOf((byte)'.');
        if (dot < 0 || distributions.Find(text[..dot]) < 0)
            return false;
        text = text[(dot + 1)..];
        return TakeNumbers(ref text, MaxNumbers) && text.IsEmpty;
    }

    /// <summary><c>Type.Method:LINE</c> (0: unknown), or <c>other</c>.</summary>
    public static bool IsFrame(ReadOnlySpan<byte> text)
    {
        if (text.SequenceEqual("other"u8))
            return true;
        var colon = text.LastIndexOf((byte)':');
        if (colon <= 0 || text.Length > MaxFrameBytes || text.ContainsAny(NotInFrame))
            return false;
        text = text[(colon + 1)..];
        return TakeNumber(ref text) && text.IsEmpty;
    }

    static bool IsLabel(ReadOnlySpan<byte> text, Utf8Names labels)
    {
        if (labels.Find(text) >= 0)
            return true;
        var dot = text.LastIndexOf((byte)'.');
        if (dot < 0 || labels.Find(text[..dot]) < 0)
            return false;
        text = text[(dot + 1)..];
        return TakeNumber(ref text) && text.IsEmpty;
    }

    static bool TakeNumbers(ref ReadOnlySpan<byte> text, int max)
    {
        for (var numbers = 1; ; numbers++)
        {
            if (numbers > max || !TakeNumber(ref text))
                return false;
            if (text.IsEmpty || text[0] != '.')
                return true;
            text = text[1..];
        }
    }

    static bool TakeNumber(ref ReadOnlySpan<byte> text)
    {
        var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 0)
            digits = text.Length;
        text = text[digits..];
        return digits is > 0 and <= MaxDigits;
    }
}
