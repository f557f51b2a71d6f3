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

    /// <summary>Leaves the rows of these tables, and of those for their development builds, to the garbage
    /// collector.</summary>
    public void Forget(IReadOnlyList<Table> tables)
    {
        foreach (var table in tables.Concat(tables.Select(one => one.Development).OfType<Table>()))
        {
            if (!_tables.TryRemove(table, out var stack))
                continue;
            while (stack.TryPop(out var rows))
                Interlocked.Add(ref _bytes, -rows.Memory);
        }
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
