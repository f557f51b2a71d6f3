// SPDX-License-Identifier: MIT
// Rows that are used again: a batch needs some hundred arrays, and most are as long as those of the batch before.

using System.Collections.Concurrent;

namespace Tallymark.Collector.Ingest;

/// <summary>Empty rows by table, up to a number of bytes for all; what is over goes to the garbage collector. Safe for any thread.</summary>
sealed class RowPool
{
    const long MostBytes = 24 * 1024 * 1024; // as much as waits for the store when it is behind

    readonly ConcurrentDictionary<Table, ConcurrentStack<EventRows>> _shelves = new();
    long _bytes;

    /// <summary>Empty rows, which are the caller's.</summary>
    public EventRows Take(Table table)
    {
        if (!_shelves.TryGetValue(table, out var shelf) || !shelf.TryPop(out var rows))
            return new EventRows(table);
        Interlocked.Add(ref _bytes, -rows.Memory);
        return rows;
    }

    /// <summary>Takes rows back that nobody has any more.</summary>
    public void Give(EventRows rows)
    {
        var bytes = rows.Memory;
        if (Interlocked.Add(ref _bytes, bytes) > MostBytes)
        {
            Interlocked.Add(ref _bytes, -bytes);
            return;
        }

        rows.Clear();
        _shelves.GetOrAdd(rows.Table, static _ => new()).Push(rows);
    }
}
