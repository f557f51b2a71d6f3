// SPDX-License-Identifier: MIT
using System.Text;

namespace Tallymark.Record;

/// <summary>
/// A list of allowed values in the form that generated code passes: <c>\nvalue1\nvalue2\n</c> in UTF-8, sorted by
/// bytes.
/// </summary>
static class ValueList
{
    const byte End = (byte)'\n';

    /// <summary>The maximum length of a value that a manifest may list.</summary>
    const int MaxValueLength = 64;

    /// <summary>The offset of the value in the list, or -1. Cost: a binary search; allocates nothing.</summary>
    internal static int Find(ReadOnlySpan<byte> list, ReadOnlySpan<char> value)
    {
        Span<byte> key = stackalloc byte[MaxValueLength];
        if (value.Length is 0 or > MaxValueLength)
            return -1;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] is <= ' ' or > '~')
                return -1;
            key[i] = (byte)value[i];
        }

        return Find(list, key[..value.Length]);
    }

    /// <summary>True if the value is in the list. A linear search, so the list need not be sorted.</summary>
    internal static bool Has(ReadOnlySpan<byte> list, ReadOnlySpan<char> value)
    {
        for (var start = 1; start < list.Length;)
        {
            var one = At(list, start);
            if (Ascii.Equals(one, value))
                return true;
            start += one.Length + 1;
        }

        return false;
    }

    /// <summary>The value that begins at <paramref name="start"/>.</summary>
    internal static ReadOnlySpan<byte> At(ReadOnlySpan<byte> list, int start)
    {
        var end = start;
        while (end < list.Length && list[end] != End)
            end++;
        return list[start..end];
    }

    /// <summary>The value at an index, from 0; empty if there is none.</summary>
    internal static ReadOnlySpan<byte> Number(ReadOnlySpan<byte> list, int index)
    {
        var start = 1;
        while (index >= 0 && start < list.Length)
        {
            var value = At(list, start);
            if (index-- == 0)
                return value;
            start += value.Length + 1;
        }

        return default;
    }

    /// <summary>Compares bytes. Not SequenceCompareTo: the runtime compiles it in each process.</summary>
    internal static int Compare(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        for (var i = 0; i < one.Length && i < other.Length; i++)
        {
            if (one[i] != other[i])
                return one[i] - other[i];
        }

        return one.Length - other.Length;
    }

    /// <summary>The offset of the value in the list, or -1. For a key in UTF-8.</summary>
    internal static int Find(ReadOnlySpan<byte> list, ReadOnlySpan<byte> key)
    {
        // low and high are the offset of the first byte of a value, or one past the last LF.
        int low = 1, high = list.Length;
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            var start = middle;
            while (start > 0 && list[start - 1] != End)
                start--;
            var value = At(list, start);
            var order = Compare(value, key);
            if (order == 0)
                return start;
            if (order < 0)
                low = start + value.Length + 1;
            else
                high = start;
        }

        return -1;
    }
}
