// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Disclosure;

/// <summary>
/// Turns cells, which name installations, into rows that may be published. A control sees the whole period and all
/// datasets of the tool at once, because rows of different days or datasets can be combined against each other.
/// </summary>
interface IDisclosureControl
{
    /// <summary>
    /// The rows of every dataset and day: exactly one item for each, days ascending within a dataset. The result is
    /// streamed, so a control can keep its memory to one day's cells or read the whole period first.
    /// </summary>
    /// <exception cref="StoreException">The cells can't be read completely.</exception>
    IEnumerable<DatasetDay> Apply(PeriodCells cells);
}

/// <summary>The rows of one dataset and day.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Day">The day (UTC).</param>
/// <param name="Rows">The rows, ordered by <see cref="LabelOrder"/>; no two have the same labels.</param>
/// <param name="HasEventsLeftOut">True if events of the day are not in any row.</param>
sealed record DatasetDay(Dataset Dataset, DateOnly Day, IReadOnlyList<PublishedRow> Rows, bool HasEventsLeftOut);

/// <summary>A row that may be published.</summary>
/// <param name="Labels">One label for each value column, in the dataset's order.</param>
/// <param name="Occurrences">The number of events.</param>
sealed record PublishedRow(string[] Labels, long Occurrences);
