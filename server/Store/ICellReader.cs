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
    /// The installations that have a counted event, each at least once. The engine reads while the caller enumerates.
    /// Cost: a scan of one column of each table.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="tables">The tables of all its manifests.</param>
    /// <exception cref="StoreException">The store failed.</exception>
    IEnumerable<string> Installations(string tool, IReadOnlyList<Table> tables);

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
