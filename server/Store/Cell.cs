// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>One cell.</summary>
/// <param name="Day">The day (UTC).</param>
/// <param name="Values">
/// The values in the query's order, as text; null if the event had none, <c>other</c> if the user withheld it.
/// </param>
/// <param name="Occurrences">How many events.</param>
/// <param name="Installations">
/// The distinct installations, ascending, as numbers from 0 that are valid within one query only. An event without an
/// installation adds none.
/// </param>
/// <param name="Networks">
/// For each of the installations its network on this day, the same in every cell of the day: <see
/// cref="Store.Networks.New"/>, <see cref="Store.Networks.Unknown"/>, or a bucket with numbers that are valid within
/// one query only.
/// </param>
public sealed record Cell(
    DateOnly Day, IReadOnlyList<string?> Values, long Occurrences, IReadOnlyList<int> Installations,
    IReadOnlyList<long> Networks);

/// <summary>A cell as numbers.</summary>
/// <param name="Day">The day (UTC).</param>
/// <param name="Values">As in <see cref="Cell"/>.</param>
/// <param name="Occurrences">How many events.</param>
/// <param name="Installations">How many distinct installations.</param>
public sealed record CellTotal(DateOnly Day, IReadOnlyList<string?> Values, long Occurrences, long Installations);
