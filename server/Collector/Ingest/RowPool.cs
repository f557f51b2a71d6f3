// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// Reuses rows: a batch needs some hundred arrays, and most are as long as those of the batch before. Holds up to
/// <see cref="Limits.MaxBacklogBytes"/>, as much as may wait for the store; the garbage collector gets the rest.
/// Thread-safe.
/// </summary>
sealed class RowPool(Limits limits)
{
    readonly ConcurrentDictionary<Table, ConcurrentStack<EventRows>> _tables = new();
    long _bytes;

    /// <summary>Empty rows, which the caller owns.</summary>
    public EventRows Take(Table table)
    {
        if (!_tables.TryGetValue(table, out var stack) || !stack.TryPop(out var rows))
            return new EventRows(table);
        Interlocked.Add(ref _bytes, -rows.Memory);
        return rows;
    }

    /// <summary>Takes over rows that the caller no longer uses.</summary>
    public void Return(EventRows rows)
    {
        var bytes = rows.Memory;
        if (Interlocked.Add(ref _bytes, bytes) > limits.MaxBacklogBytes)
        {
            Interlocked.Add(ref _bytes, -bytes);
            return;
        }

        rows.Clear();
        _tables.GetOrAdd(rows.Table, static _ => new()).Push(rows);
    }
}
