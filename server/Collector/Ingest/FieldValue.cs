// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Tallymark.Collector.Ingest;

/// <summary>The kind of a value that a protocol read.</summary>
enum FieldKind : byte
{
    Boolean,
    Integer,
    Text,
    List,
}

/// <summary>
/// The value of a field, independent of the wire format it came in. It points into the request's bytes and allocates
/// nothing.
/// </summary>
[StructLayout(LayoutKind.Auto)]
readonly ref struct FieldValue
{
    readonly ReadOnlySpan<byte> _bytes;
    readonly ReadOnlySpan<TextRange> _items;

    FieldValue(FieldKind kind, long number, ReadOnlySpan<byte> bytes, ReadOnlySpan<TextRange> items)
    {
        Kind = kind;
        Number = number;
        _bytes = bytes;
        _items = items;
    }

    public FieldKind Kind { get; }

    /// <summary>An integer; for a boolean 0 or 1.</summary>
    public long Number { get; }

    /// <summary>The bytes of a text, ASCII or UTF-8. No rule accepts a byte beyond ASCII.</summary>
    public ReadOnlySpan<byte> Text => _bytes;

    /// <summary>How many texts a list has.</summary>
    public int Count => _items.Length;

    /// <summary>A text of a list.</summary>
    public ReadOnlySpan<byte> this[int index] => _bytes.Slice(_items[index].Start, _items[index].Length);

    public static FieldValue OfBoolean(bool value) => new(FieldKind.Boolean, value ? 1 : 0, default, default);

    public static FieldValue OfInteger(long value) => new(FieldKind.Integer, value, default, default);

    public static FieldValue OfText(ReadOnlySpan<byte> text) => new(FieldKind.Text, 0, text, default);

    /// <param name="bytes">Bytes that contain all texts of the list.</param>
    /// <param name="items">Where in these bytes each text is.</param>
    public static FieldValue OfList(ReadOnlySpan<byte> bytes, ReadOnlySpan<TextRange> items) =>
        new(FieldKind.List, 0, bytes, items);
}

/// <summary>Where a text is in some bytes.</summary>
/// <param name="Start">The index of its first byte.</param>
/// <param name="Length">Its length. Bytes.</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct TextRange(int Start, int Length);
