// SPDX-License-Identifier: MIT
// Prefixes to codes: sorted ranges in two flat arrays.

using System.Runtime.InteropServices;

namespace Tallymark.Collector.Http;

/// <summary>
/// Flat ranges without overlap. Immutable once made, safe for any thread. A lookup is one binary search.
/// </summary>
sealed class PrefixRanges
{
    public const byte None = byte.MaxValue;

    // Range i begins at _starts[i] and ends before _starts[i + 1]; a gap is a range of its own with the code None.
    readonly ulong[] _starts;
    readonly byte[] _codes;

    /// <summary>
    /// Flattens ranges of which some lie inside others (the usual table has thousands): the one that begins last and
    /// ends first wins, of two equal ones the later in the list.
    /// </summary>
    public PrefixRanges(IReadOnlyList<PrefixRange> ranges)
    {
        var starts = new List<ulong>(ranges.Count) { 0 };
        var codes = new List<byte>(ranges.Count) { None };
        var open = new Stack<PrefixRange>(); // the innermost on top
        foreach (var range in Sorted(ranges))
        {
            CloseBefore(range.First);
            open.Push(range);
            Add(starts, codes, range.First, range.Code);
        }

        CloseBefore(ulong.MaxValue);
        _starts = [.. starts];
        _codes = [.. codes];

        void CloseBefore(ulong next)
        {
            while (open.TryPeek(out var inner) && inner.Last < next)
            {
                var after = open.Pop().Last + 1;
                while (open.TryPeek(out var outer) && outer.Last < after)
                    open.Pop();
                if (after < next)
                    Add(starts, codes, after, open.TryPeek(out var around) ? around.Code : None);
            }
        }
    }

    /// <summary>The code of a prefix, or <see cref="None"/>.</summary>
    public byte Find(ulong prefix)
    {
        var index = _starts.AsSpan().BinarySearch(prefix);
        return _codes[index >= 0 ? index : ~index - 1];
    }

    // The usual table is in this order already.
    static IEnumerable<PrefixRange> Sorted(IReadOnlyList<PrefixRange> ranges)
    {
        for (var i = 1; i < ranges.Count; i++)
        {
            if (OuterFirst(ranges[i - 1], ranges[i]) > 0)
                return ranges.Order(Comparer<PrefixRange>.Create(OuterFirst)); // keeps the order of equal ones
        }

        return ranges;
    }

    static int OuterFirst(PrefixRange a, PrefixRange b) =>
        a.First != b.First ? a.First.CompareTo(b.First) : b.Last.CompareTo(a.Last);

    static void Add(List<ulong> starts, List<byte> codes, ulong start, byte code)
    {
        if (starts[^1] == start)
        {
            starts.RemoveAt(starts.Count - 1);
            codes.RemoveAt(codes.Count - 1);
        }

        if (codes.Count > 0 && codes[^1] == code)
            return; // neighbours with the same code are one range
        starts.Add(start);
        codes.Add(code);
    }
}

/// <summary>One range of a table.</summary>
/// <param name="First">The first prefix in it.</param>
/// <param name="Last">The last, included.</param>
/// <param name="Code">Its code.</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct PrefixRange(ulong First, ulong Last, byte Code);
