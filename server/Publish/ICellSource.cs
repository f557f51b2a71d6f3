// SPDX-License-Identifier: MIT

namespace Tallymark.Publish;

/// <summary>Answers the publisher's queries, from an open store or from the collector that has it open. One thread at a
/// time.</summary>
public interface ICellSource
{
    /// <summary>The cells of a query, as <see cref="ICellReader.Cells"/> returns them.</summary>
    /// <exception cref="StoreException">The cells can't be read completely.</exception>
    IEnumerable<Cell> Cells(string tool, CellQuery query);

    /// <summary>The first day whose events are kept, as <see cref="ICellReader.KeptFrom"/> returns it.</summary>
    /// <exception cref="StoreException">It can't be read.</exception>
    DateOnly KeptFrom(string tool);
}

/// <summary>Reads cells from a store that this process has open.</summary>
/// <param name="store">The store; not disposed here.</param>
public sealed class StoreCells(ICellReader store) : ICellSource
{
    /// <inheritdoc/>
    public IEnumerable<Cell> Cells(string tool, CellQuery query) => store.Cells(tool, query);

    /// <inheritdoc/>
    public DateOnly KeptFrom(string tool) => store.KeptFrom(tool);
}
