// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Disclosure;

/// <summary>The order of published rows, and a key for rows with equal labels.</summary>
static class LabelOrder
{
    /// <summary>A key that is equal only for equal labels. No label contains a tab: the writers check it.</summary>
    public static string Key(string[] labels) => string.Join('\t', labels);

    /// <summary>Compares column by column, by UTF-8 bytes.</summary>
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

    /// <summary>Compares by UTF-8 bytes, which is the order of code points.</summary>
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
