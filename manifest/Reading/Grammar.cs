// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace Tallymark.Manifests.Reading;

/// <summary>The syntax of names, values, numbers and days. Pure functions, without regular expressions.</summary>
static class Grammar
{
    public const int MaxNameLength = 40;
    public const int MaxValueLength = 64;
    public const int MaxTextLength = 500;

    /// <summary>Lower-case words of letters and digits, joined by single separators, starting with a letter.</summary>
    public static bool IsName(string text, char separator)
    {
        if (text.Length is 0 or > MaxNameLength || !IsLower(text[0]) || text[text.Length - 1] == separator)
            return false;
        for (var i = 1; i < text.Length; i++)
        {
            var c = text[i];
            if (!IsLower(c) && !IsDigit(c) && (c != separator || text[i - 1] == separator))
                return false;
        }

        return true;
    }

    /// <summary>One value of a list: 1 to 64 characters of <c>[A-Za-z0-9._+:/@-]</c>.</summary>
    public static bool IsValue(string text) => text.Length <= MaxValueLength && HasOnly(text, "._+:/@-");

    /// <summary>True if the text is not empty and has only ASCII letters, digits and the extra characters.</summary>
    public static bool HasOnly(string text, string extra)
    {
        foreach (var c in text)
        {
            if (!IsLetter(c) && !IsDigit(c) && extra.IndexOf(c) < 0)
                return false;
        }

        return text.Length > 0;
    }

    /// <summary>A whole number without sign or leading zeros, of at most 16 digits.</summary>
    public static bool TryParseNumber(string text, out long number)
    {
        number = 0;
        if (text.Length is 0 or > 16 || (text.Length > 1 && text[0] == '0'))
            return false;
        foreach (var c in text)
        {
            if (!IsDigit(c))
                return false;
            number = (number * 10) + (c - '0');
        }

        return true;
    }

    /// <summary>0, or a power of two up to 2^62.</summary>
    public static bool IsPowerOfTwo(string text) =>
        text == "0" || (text.Length <= 19 && text.Length > 0 && text[0] != '0' && IsAllDigits(text)
            && ulong.Parse(text, CultureInfo.InvariantCulture) is > 0 and <= 1UL << 62 and var size
                && (size & (size - 1)) == 0);

    public static bool IsAllDigits(string text)
    {
        foreach (var c in text)
        {
            if (!IsDigit(c))
                return false;
        }

        return text.Length > 0;
    }

    public static bool IsDay(string text) =>
        DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    public static bool IsHex(string text, int length)
    {
        if (text.Length != length)
            return false;
        foreach (var c in text)
        {
            if (!IsDigit(c) && c is < 'a' or > 'f')
                return false;
        }

        return true;
    }

    /// <summary>A UUID in lower case with dashes.</summary>
    public static bool IsUuid(string text)
    {
        if (text.Length != 36)
            return false;
        for (var i = 0; i < text.Length; i++)
        {
            var dash = i is 8 or 13 or 18 or 23;
            if (dash ? text[i] != '-' : !IsDigit(text[i]) && text[i] is < 'a' or > 'f')
                return false;
        }

        return true;
    }

    /// <summary>
    /// The index of the first character that is not allowed in a text for people, or -1: control characters, which
    /// could control a terminal, line ends, and marks that change the direction of writing and so can hide text.
    /// </summary>
    public static int IndexOfUnprintable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsControl(c) || char.IsSurrogate(c)
                || c is '\u2028' or '\u2029' or '\ufeff'
                || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069'))
                return i;
        }

        return -1;
    }

    /// <summary>The text with every such character replaced by U+FFFD.</summary>
    public static string ReplaceUnprintable(string text)
    {
        if (IndexOfUnprintable(text) < 0)
            return text;
        var printable = new StringBuilder(text);
        for (var bad = IndexOfUnprintable(text); bad >= 0; bad = IndexOfUnprintable(printable.ToString()))
            printable[bad] = '\ufffd';
        return printable.ToString();
    }

    public static bool IsLetter(char c) => IsLower(c) || c is >= 'A' and <= 'Z';

    public static bool IsLower(char c) => c is >= 'a' and <= 'z';

    public static bool IsDigit(char c) => c is >= '0' and <= '9';
}
