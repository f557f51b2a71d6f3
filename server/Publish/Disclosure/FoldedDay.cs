// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Disclosure;

/// <summary>
/// A day as rows that may be published: no installation can be told from them. Every dataset of every version shows
/// some columns of these rows. Immutable.
/// </summary>
/// <param name="Day">The day (UTC).</param>
/// <param name="Groups">The groups that have events on the day; empty if no event of a dataset happened.</param>
sealed record FoldedDay(DateOnly Day, IReadOnlyList<FoldedGroup> Groups);

/// <summary>The rows of one dataset group on a day.</summary>
/// <param name="Versions">The versions of the manifest whose events are in the rows, ascending; at least one.</param>
/// <param name="Events">The events of the group.</param>
/// <param name="Columns">Its columns; the rows have one label for each.</param>
/// <param name="HasEventsLeftOut">True if the day's events are in no row, because too few installations sent
/// them.</param>
/// <param name="Rows">The rows, ordered by <see cref="LabelOrder"/>.</param>
sealed record FoldedGroup(
    IReadOnlyList<int> Versions, IReadOnlyList<string> Events, IReadOnlyList<string> Columns, bool HasEventsLeftOut,
    IReadOnlyList<PublishedRow> Rows);
