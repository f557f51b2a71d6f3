// SPDX-License-Identifier: MIT
// A fixed set of names, looked up by the bytes that came over the wire: no text is made to ask.

using System.Text;

namespace Tallymark.Collector.Ingest;

/// <summary>Sorted names. Immutable, safe for any thread. A lookup is a binary search and allocates nothing.</summary>
sealed class Utf8Names
{
    readonly byte[][] _sorted;

    public Utf8Names(IEnumerable<string> names)
    {
        _sorted = [.. names.Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];
        Array.Sort(_sorted, static (a, b) => a.AsSpan().SequenceCompareTo(b));
    }

    public int Count => _sorted.Length;

    /// <summary>The name at a place in the order of bytes.</summary>
    public ReadOnlySpan<byte> this[int place] => _sorted[place];

    /// <summary>The place of a name in the order of bytes; below 0: it is none of these.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        int low = 0, high = _sorted.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = name.SequenceCompareTo(_sorted[middle]);
            if (order == 0)
                return middle;
            if (order < 0)
                high = middle - 1;
            else
                low = middle + 1;
        }

        return -1;
    }
}
