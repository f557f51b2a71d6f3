// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Durability;

/// <summary>
/// Tells how many rows left the store, by comparing its count with the rows that were committed.
/// Thread-safe.
/// </summary>
sealed class RemovedRows
{
    readonly Dictionary<string, long> _expected = new(StringComparer.Ordinal); // guarded by itself

    /// <summary>The store has so many rows: the first count is compared with that.</summary>
    public void Expect(string tool, long rows)
    {
        lock (_expected)
            _expected[tool] = rows;
    }

    /// <summary>
    /// Adds the rows of a batch as it was acknowledged, without those of the tool's own makers. Rows that a deletion
    /// has taken out since count as removed.
    /// </summary>
    public void Committed(string tool, JournaledBatch batch)
    {
        lock (_expected)
        {
            if (!_expected.TryGetValue(tool, out var rows))
                return; // the first count finds them
            var sum = batch.Sum ?? BatchSum.Of(batch.Batch);
            _expected[tool] = rows + sum.Stored - sum.Development;
        }
    }

    /// <summary>Counts the rows of the store.</summary>
    /// <returns>How many rows have left since the last call; 0 for the first.</returns>
    public long Count(string tool, ICellReader store)
    {
        var rows = store.CountEvents(tool).Values.Sum();
        lock (_expected)
        {
            var removed = _expected.TryGetValue(tool, out var expected) ? Math.Max(0, expected - rows) : 0;
            _expected[tool] = rows;
            return removed;
        }
    }
}
