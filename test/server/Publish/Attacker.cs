// SPDX-License-Identifier: MIT

using System.Numerics;

namespace Tallymark.Publish.Tests;

/// <summary>
/// Adds and subtracts published rows. Each event, or set of events that is counted as one, has its own bit of the
/// count, so a row's count tells which events are in it. Shapes of datasets to attack.
/// </summary>
static class Attacker
{
    public static string[] Both { get; } = ["install", "remove"];

    public static string[] Versions { get; } = ["1.0.0", "1.0.1", "2.0.0"];

    public static string[] Systems { get; } = ["linux debian.12", "windows 10", "windows 11"];

    public static IReadOnlyDictionary<string, Func<int, Dataset[]>> Shapes { get; } =
        new Dictionary<string, Func<int, Dataset[]>>(StringComparer.Ordinal)
        {
            ["unrelated columns"] = minimum =>
            [
                Some.Dataset("versions", minimum, Both, "version"),
                Some.Dataset("systems", minimum, Both, "os", "os_version"),
            ],
            ["a column in two datasets"] = minimum =>
                [Some.Dataset("systems", minimum, Both, "os", "os_version"), Some.Dataset("families", minimum, Both, "os")],
            ["a system family and its version in separate datasets"] = minimum =>
                [Some.Dataset("families", minimum, Both, "os"), Some.Dataset("releases", minimum, Both, "os_version")],
            ["an event in two datasets"] = minimum =>
            [
                Some.Dataset("usage", minimum, Both, "event", "status"),
                Some.Dataset("removals", minimum, ["remove"], "version"),
            ],
            ["different minimums for the same events"] = minimum =>
                [Some.Dataset("usage", minimum, Both, "event"), Some.Dataset("versions", 2 * minimum, Both, "version")],
            ["two datasets that overlap with a third"] = minimum =>
            [
                Some.Dataset("usage", minimum, Both, "event"), Some.Dataset("versions", minimum, Both, "version"),
                Some.Dataset("removals", minimum, ["remove"], "version"),
            ],
        };

    /// <summary>Every set of events whose count is a sum of rows with factors -1, 0 or 1.</summary>
    public static HashSet<long> Derivable(IReadOnlyList<long> rows)
    {
        Assert.True(rows.Count <= 12, "too many rows to try all sums");
        var found = new HashSet<long>();
        var counts = new int[64 - BitOperations.LeadingZeroCount((ulong)rows.Aggregate(0L, (all, row) => all | row))];
        Try(0);
        return found;

        void Try(int row)
        {
            if (row == rows.Count)
            {
                if (counts.All(c => c is 0 or 1) && counts.Contains(1))
                    found.Add(counts.Select((c, i) => (long)c << i).Sum());
                return;
            }

            foreach (var factor in new[] { 0, 1, -1 })
            {
                Add(rows[row], factor);
                Try(row + 1);
                Add(rows[row], -factor);
            }
        }

        void Add(long mask, int factor)
        {
            for (; factor != 0 && mask != 0; mask &= mask - 1)
                counts[BitOperations.TrailingZeroCount(mask)] += factor;
        }
    }
}
