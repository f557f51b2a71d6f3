// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Durability;

/// <summary>
/// Tells how many rows left the store, by comparing its count with the rows that were committed. For the store's thread
/// only.
/// </summary>
sealed class RemovedRows
{
    readonly Dictionary<string, long> _expected = new(StringComparer.Ordinal);

    /// <summary>
    /// Adds the rows of a batch as it was acknowledged, without those of the tool's own makers. Rows that a deletion
    /// has taken out since count as removed.
    /// </summary>
    public void Committed(string tool, JournaledBatch batch)
    {
        if (!_expected.TryGetValue(tool, out var rows))
            return; // the first count finds them
        var sum = batch.Sum ?? BatchSum.Of(batch.Batch);
        _expected[tool] = rows + sum.Stored - sum.Development;
    }

    /// <summary>Counts the rows of the store.</summary>
    /// <returns>How many rows have left since the last call; 0 for the first.</returns>
    public long Count(string tool, ICellReader store)
    {
        var rows = store.CountEvents(tool).Values.Sum();
        var removed = _expected.TryGetValue(tool, out var expected) ? Math.Max(0, expected - rows) : 0;
        _expected[tool] = rows;
        return removed;
    }
}
