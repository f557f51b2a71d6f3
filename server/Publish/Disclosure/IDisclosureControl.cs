// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Disclosure;

/// <summary>
/// Turns the cells of a day, which name installations, into rows that may be published. A control sees all dataset
/// groups of all versions at once, because rows of different datasets can be combined against each other. It is asked
/// once for each day that is released (<see cref="FoldedDays"/>).
/// </summary>
interface IDisclosureControl
{
    /// <summary>The rows of a day.</summary>
    /// <exception cref="StoreException">The cells can't be read completely.</exception>
    FoldedDay Fold(DayCells cells);
}

/// <summary>The rows of one dataset and day.</summary>
/// <param name="Day">The day (UTC).</param>
/// <param name="Rows">The rows, ordered by <see cref="LabelOrder"/>; no two have the same labels.</param>
/// <param name="HasEventsLeftOut">True if events of the day are not in any row.</param>
sealed record DatasetDay(DateOnly Day, IReadOnlyList<PublishedRow> Rows, bool HasEventsLeftOut);

/// <summary>A row that may be published.</summary>
/// <param name="Labels">One label for each value column, in the order of its dataset or group.</param>
/// <param name="Occurrences">The number of events.</param>
sealed record PublishedRow(string[] Labels, long Occurrences);
