// SPDX-License-Identifier: MIT
// "Did you mean": the known word that is nearest to a misspelt one.

namespace Tallymark.Manifests.Reading;

static class Spelling
{
    /// <summary>` Did you mean ...?` with a leading blank, or nothing where no word is near.</summary>
    public static string Suggest(string word, IEnumerable<string> known) =>
        Nearest(word, known) is { } best ? $" Did you mean `{best}`?" : "";

    /// <summary>The known word that is nearest; null if none is near.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        // A third of the word may differ, and at least one letter; farther off it would be a guess.
        var limit = Math.Max(1, Math.Min(word.Length / 3, 3));
        string? best = null;
        foreach (var candidate in known)
        {
            if (Math.Abs(candidate.Length - word.Length) > limit)
                continue;
            var distance = Distance(Fold(word), Fold(candidate), limit);
            if (distance <= limit && candidate != word)
            {
                best = candidate;
                limit = distance - 1;
                if (limit < 0)
                    break;
            }
        }

        return best;
    }

    // Capitals and the kind of dash are what people mix up most: they cost nothing.
    static string Fold(string word) => word.ToLowerInvariant().Replace('_', '-');

    /// <summary>
    /// Letters to add, drop, replace or swap with a neighbour; anything above the limit counts as limit + 1.
    /// </summary>
    static int Distance(string a, string b, int limit)
    {
        var before = new int[b.Length + 1];
        var last = new int[b.Length + 1];
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            var least = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = a[i - 1] == b[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + same);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                least = Math.Min(least, row[j]);
            }

            if (least > limit)
                return limit + 1;
            (before, last, row) = (last, row, before);
        }

        return last[b.Length];
    }
}
