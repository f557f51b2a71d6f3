// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Operations;

/// <summary>The amounts that one written batch adds to a tool's counters.</summary>
/// <param name="Stored">Events, including those of development builds.</param>
/// <param name="Development">Events of development builds.</param>
/// <param name="Events">The other events, by name.</param>
/// <param name="Failures">Those of <paramref name="Events"/> with the status <c>failure</c>.</param>
/// <param name="Lateness">How late the events came.</param>
sealed record BatchSum(
    long Stored, long Development, IReadOnlyList<(string Name, long Count)> Events, long Failures, Lateness Lateness)
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
                if (rows[Envelope.Status].Text(row).SequenceEqual("failure"u8))
                    failures++;
            }
        }

        return new BatchSum(stored, development, events, failures, Lateness.Of(batch));
    }
}
