// SPDX-License-Identifier: MIT
namespace Tallymark.Record;

/// <summary>
/// A bounded, reusable buffer of UTF-8. It grows up to its limit; text that does not fit is not added, and <see
/// cref="Overflowed"/> says so. Not thread-safe. Here and in all code that a first event runs, spans are made by their
/// constructor: AsSpan (also implicit, from a string), IndexOf and BinaryPrimitives would load System.Memory.dll, which
/// costs a short command 0.3 ms (docs/performance.md).
/// </summary>
sealed class LineBuffer(int limit)
{
    byte[] _bytes = new byte[Math.Min(1024, limit)];

    internal int Length { get; private set; }

    internal bool Overflowed { get; private set; }

    internal ReadOnlySpan<byte> Written => new(_bytes, 0, Length);

    internal ReadOnlySpan<byte> Slice(int start, int length) => new(_bytes, start, length);

    /// <summary>Removes everything after <paramref name="length"/>, and resets <see cref="Overflowed"/>.</summary>
    internal void CutTo(int length)
    {
        Length = length;
        Overflowed = false;
    }

    internal void Add(scoped ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    internal void Add(byte one) => Reserve(1)[0] = one;

    /// <summary>Adds text that is known to be ASCII: names of the manifest and the SDK's own words.</summary>
    internal void AddAscii(scoped ReadOnlySpan<char> text)
    {
        var room = Reserve(text.Length);
        for (var i = 0; i < text.Length; i++)
            room[i] = (byte)text[i];
    }

    /// <summary>Adds a JSON string of such text.</summary>
    internal void AddQuoted(scoped ReadOnlySpan<char> text)
    {
        Add((byte)'"');
        AddAscii(text);
        Add((byte)'"');
    }

    /// <inheritdoc cref="AddQuoted(ReadOnlySpan{char})"/>
    internal void AddQuoted(string text)
    {
        var room = Reserve(text.Length + 2);
        room[0] = room[^1] = (byte)'"';
        for (var i = 0; i < text.Length; i++)
            room[i + 1] = (byte)text[i];
    }

    /// <summary>Adds a number of zero or more, with leading zeros up to <paramref name="digits"/>.</summary>
    internal void AddNumber(long value, int digits = 1)
    {
        Span<byte> text = stackalloc byte[20];
        var at = text.Length;
        do
        {
            text[--at] = (byte)('0' + value % 10);
            value /= 10;
        }
        while (value > 0 || text.Length - at < digits);
        Add(text[at..]);
    }

    internal void AddHex(scoped ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
        {
            Add("0123456789abcdef"u8[one >> 4]);
            Add("0123456789abcdef"u8[one & 15]);
        }
    }

    // After an overflow the callers write into an array that is thrown away. That happens at most once per line.
    Span<byte> Reserve(int length)
    {
        if (Overflowed || Length + length > limit)
        {
            Overflowed = true;
            return new byte[length];
        }

        if (Length + length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Min(limit, Math.Max(Length + length, _bytes.Length * 2)));
        Length += length;
        return new Span<byte>(_bytes, Length - length, length);
    }
}
