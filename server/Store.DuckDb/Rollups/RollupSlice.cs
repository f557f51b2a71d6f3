// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Rollups;

/// <summary>Rows of one event in one part.</summary>
sealed record RowRange(Part Part, string Event, long From, long To);

/// <summary>Rows that one transaction counts: it costs as much for ten rows as for ten thousand.</summary>
/// <param name="Rows">The rows; empty if only the end of a completely counted part is to be recorded.</param>
/// <param name="Part">Afterwards: the first part that is not completely counted.</param>
/// <param name="Consumed">Afterwards: the number of counted rows of each event of that part.</param>
sealed record RollupSlice(IReadOnlyList<RowRange> Rows, int Part, IReadOnlyDictionary<string, long> Consumed)
{
    /// <summary>The number of rows.</summary>
    public long Count => Rows.Sum(range => range.To - range.From);
}
