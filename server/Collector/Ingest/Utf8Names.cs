// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// A fixed set of names, sorted by their bytes and looked up by the bytes of a request. A lookup is a binary search and
/// allocates nothing. Immutable. Thread-safe.
/// </summary>
sealed class Utf8Names
{
    readonly byte[][] _sorted;

    public Utf8Names(IEnumerable<string> names)
    {
        _sorted = [.. names.Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];
        Array.Sort(_sorted, static (a, b) => a.AsSpan().SequenceCompareTo(b));
    }

    public int Count => _sorted.Length;

    public ReadOnlySpan<byte> this[int index] => _sorted[index];

    /// <summary>The index of a name; negative if there is no such name.</summary>
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
