// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>
/// The role that reads aggregates. Thread-safe; a read blocks neither commits nor maintenance. Rows of deleted
/// installations and rows of development builds are in no result.
/// </summary>
public interface ICellReader
{
    /// <summary>The exact number of stored events, by event. Empty for a tool that was never prepared.</summary>
    IReadOnlyDictionary<string, long> CountEvents(string tool);

    /// <summary>
    /// The installations that have a counted event, each at least once, with the first day on which one was received.
    /// The engine reads while the caller enumerates. Cost: a scan of two columns of each table.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="tables">The tables of all its manifests.</param>
    /// <exception cref="DamagedStoreException">
    /// A file is damaged; thrown after the installations of all other files.
    /// </exception>
    /// <exception cref="StoreException">The store failed.</exception>
    IEnumerable<KnownInstallation> Installations(string tool, IReadOnlyList<Table> tables);

    /// <summary>
    /// How many counted events of a table happened on a day, by installation (<see cref="Table.CountedBy"/>) and
    /// network; a pair may occur several times. Empty for an unknown tool. Events in a damaged file are not counted.
    /// Cost: a scan of that day.
    /// </summary>
    /// <exception cref="StoreException">The store failed.</exception>
    IReadOnlyList<SourceCount> CountDay(string tool, Table table, DateOnly day);

    /// <summary>
    /// How many installations have counted events of a day from more than so many networks
    /// (<see cref="Table.Network"/>; unknown ones and those of an installation's first day are no network). Zero for an
    /// unknown tool. Cost: a scan of that day.
    /// </summary>
    /// <exception cref="StoreException">The store failed.</exception>
    int CountShared(string tool, IReadOnlyList<Table> tables, DateOnly day, int maxNetworks);

    /// <summary>
    /// The first day that has cells: events of earlier days were removed, or are past the shortest retention. The
    /// earliest date if nothing was ever removed, or for an unknown tool. Cost: a lookup.
    /// </summary>
    /// <exception cref="StoreException">The store failed.</exception>
    DateOnly KeptFrom(string tool);

    /// <summary>
    /// The cells of a query: for each day and combination of values the number of events and the exact set of
    /// installations. Events that do not count (<see cref="Table.Counts"/>) are in no cell. Days past the retention at
    /// the last <see cref="IStoreMaintenance.Maintain"/> have no cells. In no particular order. The engine reads while
    /// the caller enumerates, as of the beginning of the enumeration: enumerate once, to the end or under <c>using</c>.
    /// Cost: milliseconds a day with a rollup of the same events and at least the same columns, otherwise two scans of
    /// the days. Memory grows with the number of installations and cells, not with the number of events.
    /// </summary>
    /// <exception cref="StoreException">
    /// An event or column does not exist, a column is a set, or the store failed.
    /// </exception>
    IEnumerable<Cell> Cells(string tool, CellQuery query);

    /// <summary>
    /// The same as numbers, for charts: how many events and how many distinct installations. Days past the retention
    /// keep the numbers that they had. Cost: a few milliseconds for a view of a rollup (<see cref="Rollup.Views"/>),
    /// otherwise that of <see cref="Cells"/>.
    /// </summary>
    /// <exception cref="StoreException">As with <see cref="Cells"/>.</exception>
    IReadOnlyList<CellTotal> Totals(string tool, CellQuery query);
}

/// <summary>An installation that has a counted event.</summary>
/// <param name="Id">Its id.</param>
/// <param name="FirstDay">The day (UTC) on which the first of some of its events was received; the smallest of all
/// results for the id counts.</param>
public readonly record struct KnownInstallation(string Id, DateOnly FirstDay);

/// <summary>Counted events of one source.</summary>
/// <param name="Installation">The installation; null: the events have none.</param>
/// <param name="Network">The network (<see cref="Table.Network"/>); null: unknown.</param>
/// <param name="Count">How many events.</param>
public sealed record SourceCount(string? Installation, long? Network, long Count);
