// SPDX-License-Identifier: MIT
// What one written batch adds to a tool's counters.

namespace Tallymark.Collector.Operations;

/// <summary>A batch as numbers.</summary>
/// <param name="Stored">How many events, those of the tool's own makers included.</param>
/// <param name="Development">How many of these are of the tool's own makers.</param>
/// <param name="Events">How many by name, without those.</param>
/// <param name="Failures">How many of these have the status <c>failure</c>.</param>
sealed record BatchSum(long Stored, long Development, IReadOnlyList<(string Name, long Count)> Events, long Failures)
{
    public static BatchSum Of(StoredBatch batch)
    {
        var (stored, development, failures) = (0L, 0L, 0L);
        var events = new List<(string, long)>(batch.Rows.Count);
        foreach (var rows in batch.Rows)
        {
            stored += rows.Count;
            if (rows.Table.IsDevelopment)
                development += rows.Count;
            if (rows.Count == 0 || rows.Table.IsDevelopment)
                continue;
            events.Add((rows.Table.Name, rows.Count));
            for (var row = 0; row < rows.Count; row++)
            {
                if (rows[LineDecoder.Status].Text(row).SequenceEqual("failure"u8))
                    failures++;
            }
        }

        return new BatchSum(stored, development, events, failures);
    }
}
