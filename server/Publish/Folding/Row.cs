// SPDX-License-Identifier: MIT
// A cell on its way to a published row.

namespace Tallymark.Publish.Folding;

/// <summary>Events of one day that read the same, and the exact set of installations behind them.</summary>
/// <param name="labels">One label a column.</param>
/// <param name="occurrences">How many events.</param>
/// <param name="installations">The installations, as numbers that hold within one query.</param>
sealed class Row(string[] labels, long occurrences, IEnumerable<int> installations)
{
    /// <summary>One label a column.</summary>
    public string[] Labels { get; } = labels;

    /// <summary>How many events.</summary>
    public long Occurrences { get; private set; } = occurrences;

    /// <summary>The installations behind them.</summary>
    public HashSet<int> Installations { get; } = [.. installations];

    /// <summary>Takes the events of another row in; the labels stay.</summary>
    public void Absorb(Row other)
    {
        Occurrences = checked(Occurrences + other.Occurrences);
        Installations.UnionWith(other.Installations);
    }
}

/// <summary>Compares rows' labels.</summary>
static class Labels
{
    // No label has a tab: the writer of the file insists on it.
    public static string Key(string[] labels) => string.Join('\t', labels);

    /// <summary>Column by column, by bytes of UTF-8.</summary>
    public static int Compare(string[] a, string[] b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            var order = Compare(a[i], b[i]);
            if (order != 0)
                return order;
        }

        return 0;
    }

    /// <summary>By bytes of UTF-8, which is by code points.</summary>
    public static int Compare(string a, string b)
    {
        var length = Math.Min(a.Length, b.Length);
        for (var i = 0; i < length; i++)
        {
            if (a[i] != b[i])
            {
                // UTF-16 puts the characters above U+FFFF (surrogates) before U+E000 to U+FFFF, UTF-8 after them.
                var (left, right) = (char.IsSurrogate(a[i]), char.IsSurrogate(b[i]));
                return left != right ? left.CompareTo(right) : a[i].CompareTo(b[i]);
            }
        }

        return a.Length.CompareTo(b.Length);
    }
}
