// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Tallymark.Collector.Http;

/// <summary>
/// Maps prefixes to codes: sorted ranges without overlap, in two flat arrays. A lookup is one binary search. Immutable.
/// Thread-safe.
/// </summary>
sealed class PrefixRanges
{
    public const byte None = byte.MaxValue;

    // Range i begins at _starts[i] and ends before _starts[i + 1]; a gap is a range with the code None.
    readonly ulong[] _starts;
    readonly byte[] _codes;

    /// <summary>
    /// Flattens ranges, some of which are nested in others (thousands in the usual table). The innermost range wins:
    /// the one that begins last and ends first. Of two equal ranges the later in the list wins.
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

    // The usual table is sorted already.
    static IEnumerable<PrefixRange> Sorted(IReadOnlyList<PrefixRange> ranges)
    {
        for (var i = 1; i < ranges.Count; i++)
        {
            if (OuterFirst(ranges[i - 1], ranges[i]) > 0)
                return ranges.Order(Comparer<PrefixRange>.Create(OuterFirst)); // a stable sort
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
            return; // adjacent ranges with the same code are merged
        starts.Add(start);
        codes.Add(code);
    }
}

/// <summary>One range of a table.</summary>
/// <param name="First">The first prefix in it.</param>
/// <param name="Last">The last, inclusive.</param>
/// <param name="Code">Its code.</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct PrefixRange(ulong First, ulong Last, byte Code);
