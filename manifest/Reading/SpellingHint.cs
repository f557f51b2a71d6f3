// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>"Did you mean": finds the known word that is nearest to a misspelt one.</summary>
static class SpellingHint
{
    /// <summary>` Did you mean ...?` with a leading space; empty if no word is near.</summary>
    public static string Suggest(string word, IEnumerable<string> known) =>
        Nearest(word, known) is { } best ? $" Did you mean `{best}`?" : "";

    /// <summary>The known word that is nearest; null if none is near.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        // At most a third of the word may differ, but always one letter; beyond that it would be a guess.
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

    // People mix up case and the kind of dash most often, so these differences cost nothing.
    static string Fold(string word) => word.ToLowerInvariant().Replace('_', '-');

    /// <summary>
    /// The number of insertions, deletions, substitutions and transpositions of neighbours (Damerau-Levenshtein);
    /// limit + 1 for anything above the limit.
    /// </summary>
    static int Distance(string a, string b, int limit)
    {
        var beforePrevious = new int[b.Length + 1];
        var previous = new int[b.Length + 1];
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            var minimum = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = a[i - 1] == b[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], previous[j]) + 1, previous[j - 1] + same);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], beforePrevious[j - 2] + 1);
                minimum = Math.Min(minimum, row[j]);
            }

            if (minimum > limit)
                return limit + 1;
            (beforePrevious, previous, row) = (previous, row, beforePrevious);
        }

        return previous[b.Length];
    }
}
