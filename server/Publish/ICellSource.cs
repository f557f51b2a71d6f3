// SPDX-License-Identifier: MIT
// Where the publisher gets its cells from: a store that it opened itself, or the collector that has it open.

namespace Tallymark.Publish;

/// <summary>Answers queries for cells. One thread at a time.</summary>
public interface ICellSource
{
    /// <summary>The cells of a query, as <see cref="IEventStore.Cells"/> gives them.</summary>
    /// <exception cref="StoreException">The cells can't be had; the answer would not be whole.</exception>
    IEnumerable<Cell> Cells(string tool, CellQuery query);
}

/// <summary>Cells of a store that this process has open.</summary>
/// <param name="store">The store; not disposed here.</param>
public sealed class StoreCells(IEventStore store) : ICellSource
{
    /// <inheritdoc/>
    public IEnumerable<Cell> Cells(string tool, CellQuery query) => store.Cells(tool, query);
}
