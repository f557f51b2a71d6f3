// SPDX-License-Identifier: MIT
namespace Tallymark.Record;

/// <summary>
/// The only place where a value of the program becomes text of a line. Each method adds the JSON value that
/// <c>spec/manifest.md</c> gives for its type and returns true, or returns false if the value does not fit its type and
/// must be left out. Text from the program is compared, parsed or hashed, never copied.
/// </summary>
static class Values
{
    const long MaxCount = 1L << 53;
    const long MaxSizeBytes = 1L << 62;
    const int MaxSetItems = 20_000;
    const int MaxNumbers = 4;
    const int MaxDigits = 9;
    const int MaxIdDigits = 19;

    static ReadOnlySpan<byte> Other => "\"other\""u8;

    internal static bool Boolean(LineBuffer to, bool value)
    {
        to.Add(value ? "true"u8 : "false"u8);
        return true;
    }

    internal static bool Count(LineBuffer to, long value, ReadOnlySpan<long> buckets)
    {
        if (value < 0 || (buckets.IsEmpty && value > MaxCount))
            return false;
        for (var i = buckets.Length - 1; i >= 0; i--)
        {
            if (buckets[i] > value)
                continue;
            to.AddNumber(buckets[i]);
            return true;
        }

        if (!buckets.IsEmpty)
            return false;
        to.AddNumber(value);
        return true;
    }

    internal static bool Bytes(LineBuffer to, long value)
    {
        if (value is < 0 or > MaxSizeBytes)
            return false;
        var power = 1L;
        while (power < value)
            power <<= 1;
        to.AddNumber(value == 0 ? 0 : power);
        return true;
    }

    internal static bool Duration(LineBuffer to, TimeSpan value)
    {
        if (value.Ticks < 0)
            return false;
        to.AddNumber(value.Ticks / TimeSpan.TicksPerMillisecond);
        return true;
    }

    internal static bool ExitCode(LineBuffer to, int value)
    {
        if (value is < 0 or > 255)
            return false;
        to.AddNumber(value);
        return true;
    }

    internal static bool Enum(LineBuffer to, int index, ReadOnlySpan<byte> list)
    {
        var value = ValueList.Number(list, index);
        if (value.IsEmpty)
            to.Add(Other);
        else
            AddListed(to, value);
        return true;
    }

    internal static bool Listed(LineBuffer to, ReadOnlySpan<char> value, ReadOnlySpan<byte> list)
    {
        var start = ValueList.Find(list, value);
        if (start < 0)
            to.Add(Other);
        else
            AddListed(to, ValueList.At(list, start));
        return true;
    }

    internal static bool Set(LineBuffer to, IEnumerable<string?> values, ReadOnlySpan<byte> list)
    {
        // Offsets in a sorted list have the same order as the values, so numbers are sorted instead of strings.
        var found = new int[16];
        int count = 0, seen = 0;
        var other = false;
        foreach (var value in values)
        {
            if (++seen > MaxSetItems)
                return false;
            var start = ValueList.Find(list, value);
            if (start < 0)
            {
                other = true;
                continue;
            }

            if (count == found.Length)
                Array.Resize(ref found, count * 2);
            found[count++] = start;
        }

        Array.Sort(found, 0, count);
        AddSet(to, found.AsSpan(0, count), other, list);
        return true;
    }

    internal static bool Version(LineBuffer to, ReadOnlySpan<char> value, ReadOnlySpan<byte> labels)
    {
        if (!IsVersion(value, labels))
            to.Add(Other);
        else
            to.AddQuoted(value);
        return true;
    }

    /// <summary>A version that the program gives. A value that could be an IP address becomes <c>other</c>.</summary>
    internal static bool GivenVersion(LineBuffer to, ReadOnlySpan<char> value, ReadOnlySpan<byte> labels) =>
        Version(to, IsAddress(value) ? default : value, labels);

    /// <summary>The scheme of a URI; text without a colon counts only if it is a value of the list.</summary>
    internal static bool UriScheme(LineBuffer to, ReadOnlySpan<char> value, ReadOnlySpan<byte> list)
    {
        var colon = value.IndexOf(':');
        var scheme = colon < 0 ? value : value[..colon];
        Span<char> lower = stackalloc char[64];
        var start = -1;
        if (scheme.Length <= lower.Length)
            start = ValueList.Find(list, lower[..Math.Max(0, scheme.ToLowerInvariant(lower))]);
        if (start >= 0)
            AddListed(to, ValueList.At(list, start));
        else
            to.Add(colon > 1 && IsScheme(scheme) ? "\"custom_scheme\""u8 : "\"none\""u8);
        return true;
    }

    internal static bool RandomId(LineBuffer to, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        to.Add((byte)'"');
        for (var i = 0; i < bytes.Length; i++)
        {
            if (i is 4 or 6 or 8 or 10)
                to.Add((byte)'-');
            to.AddHex(bytes.Slice(i, 1));
        }

        to.Add((byte)'"');
        return true;
    }

    internal static bool RandomId(LineBuffer to, long value)
    {
        if (value < 0)
            return false;
        to.Add((byte)'"');
        to.AddNumber(value);
        to.Add((byte)'"');
        return true;
    }

    internal static bool RandomId(LineBuffer to, ReadOnlySpan<char> value)
    {
        if (Guid.TryParseExact(value, "D", out var id) || Guid.TryParseExact(value, "N", out id))
            return RandomId(to, id);
        if (Digits(value) != value.Length || value.Length is 0 or > MaxIdDigits)
            return false;
        to.AddQuoted(value);
        return true;
    }

    internal static bool Hash(LineBuffer to, ReadOnlySpan<byte> hash)
    {
        to.Add((byte)'"');
        to.AddHex(hash);
        to.Add((byte)'"');
        return true;
    }

    /// <summary>A time in UTC, truncated to the precision.</summary>
    internal static void Time(LineBuffer to, DateTime utc, TimePrecision precision)
    {
        var hours = precision != TimePrecision.Day;
        var seconds = precision is TimePrecision.Second or TimePrecision.Nanosecond;
        to.AddNumber(utc.Year, 4);
        to.Add((byte)'-');
        to.AddNumber(utc.Month, 2);
        to.Add((byte)'-');
        to.AddNumber(utc.Day, 2);
        to.Add((byte)'T');
        to.AddNumber(hours ? utc.Hour : 0, 2);
        to.Add((byte)':');
        to.AddNumber(seconds ? utc.Minute : 0, 2);
        to.Add((byte)':');
        to.AddNumber(seconds ? utc.Second : 0, 2);
        if (precision == TimePrecision.Nanosecond)
        {
            to.Add((byte)'.');
            to.AddNumber(utc.Ticks % TimeSpan.TicksPerSecond, 7);
            to.Add("00"u8);
        }

        to.Add((byte)'Z');
    }

    static void AddListed(LineBuffer to, ReadOnlySpan<byte> value)
    {
        to.Add((byte)'"');
        to.Add(value);
        to.Add((byte)'"');
    }

    static void AddSet(LineBuffer to, ReadOnlySpan<int> found, bool other, ReadOnlySpan<byte> list)
    {
        var last = -1;
        to.Add((byte)'[');
        foreach (var start in found)
        {
            if (start == last)
                continue;
            var value = ValueList.At(list, start);
            if (other && ValueList.Compare(value, "other"u8) > 0)
            {
                AddOther(to, ref last);
                other = false;
            }

            if (last != -1)
                to.Add((byte)',');
            AddListed(to, value);
            last = start;
        }

        if (other)
            AddOther(to, ref last);
        to.Add((byte)']');
    }

    static void AddOther(LineBuffer to, ref int last)
    {
        if (last != -1)
            to.Add((byte)',');
        to.Add(Other);
        last = 0;
    }

    // NUMBER(.NUMBER){0,3}[-LABEL[.NUMBER]]
    static bool IsVersion(ReadOnlySpan<char> rest, ReadOnlySpan<byte> labels)
    {
        for (var numbers = 1; ; numbers++)
        {
            if (numbers > MaxNumbers || !TakeNumber(ref rest))
                return false;
            if (rest.IsEmpty)
                return true;
            if (rest[0] == '-')
                break;
            if (rest[0] != '.')
                return false;
            rest = rest[1..];
        }

        rest = rest[1..];
        if (ValueList.Has(labels, rest))
            return true;
        var dot = rest.LastIndexOf('.');
        if (dot < 0 || !ValueList.Has(labels, rest[..dot]))
            return false;
        rest = rest[(dot + 1)..];
        return TakeNumber(ref rest) && rest.IsEmpty;
    }

    // Four numbers up to 255. With a 0 at its end it is not the address of a machine, but a common version: 1.0.0.0.
    static bool IsAddress(ReadOnlySpan<char> text)
    {
        int numbers = 1, number = 0;
        foreach (var one in text)
        {
            if (one == '-')
                break;
            if (one == '.')
                (numbers, number) = (numbers + 1, 0);
            else if (one is < '0' or > '9' || (number = number * 10 + (one - '0')) > 255)
                return false;
        }

        return numbers == 4 && number > 0;
    }

    static bool TakeNumber(ref ReadOnlySpan<char> rest)
    {
        var digits = Digits(rest);
        rest = rest[digits..];
        return digits is > 0 and <= MaxDigits;
    }

    static int Digits(ReadOnlySpan<char> text)
    {
        var count = 0;
        while (count < text.Length && text[count] is >= '0' and <= '9')
            count++;
        return count;
    }

    // RFC 3986, 3.1.
    static bool IsScheme(ReadOnlySpan<char> text)
    {
        foreach (var one in text)
        {
            if (!char.IsAsciiLetterOrDigit(one) && one is not ('+' or '-' or '.'))
                return false;
        }

        return char.IsAsciiLetter(text[0]);
    }
}
