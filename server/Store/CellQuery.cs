// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>Selects cells.</summary>
/// <param name="Events">The events that are counted, one table each.</param>
/// <param name="Columns">
/// The columns that make a cell: a field, <c>status</c> or <see cref="Rollup.Version"/>, or <c>event</c> for the
/// table's name. No sets.
/// </param>
/// <param name="From">The first day (UTC).</param>
/// <param name="To">The last day, inclusive.</param>
/// <param name="Installation">The column whose distinct values are the installations.</param>
public sealed record CellQuery(
    IReadOnlyList<string> Events, IReadOnlyList<string> Columns, DateOnly From, DateOnly To, string Installation);
