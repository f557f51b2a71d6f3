// SPDX-License-Identifier: MIT
// Rows that are used again: a batch needs some hundred arrays, and most are as long as those of the batch before.

using System.Collections.Concurrent;
using System.Threading;
using Tallymark.Store;

namespace Tallymark.Collector.Decode;

/// <summary>Empty rows by table. Bounded in number and size; what is over goes to the garbage collector. Safe for any thread.</summary>
sealed class RowPool
{
    const int MostOfATable = 1_000; // about as many batches as wait for the store when it is behind
    const int LargestRows = 200;

    readonly ConcurrentDictionary<Table, Shelf> _shelves = new();

    /// <summary>Empty rows, which are the caller's.</summary>
    public EventRows Take(Table table)
    {
        if (!_shelves.TryGetValue(table, out var shelf) || !shelf.Rows.TryPop(out var rows))
            return new EventRows(table);
        Interlocked.Decrement(ref shelf.Count);
        return rows;
    }

    /// <summary>Takes rows back that nobody has any more.</summary>
    public void Give(EventRows rows)
    {
        if (rows.Count > LargestRows)
            return;
        var shelf = _shelves.GetOrAdd(rows.Table, static _ => new Shelf());
        if (Interlocked.Increment(ref shelf.Count) > MostOfATable)
        {
            Interlocked.Decrement(ref shelf.Count);
            return;
        }

        rows.Clear();
        shelf.Rows.Push(rows);
    }

    sealed class Shelf
    {
        public ConcurrentStack<EventRows> Rows { get; } = new();

        public int Count;
    }
}
