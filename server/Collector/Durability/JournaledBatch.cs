// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Durability;

/// <summary>
/// A batch on its way to the journal and from there to the store. Not thread-safe: its rows belong to the thread that
/// has it.
/// </summary>
sealed class JournaledBatch
{
    const int OverheadBytes = 600; // this object, and its entries in queues and sets

    public JournaledBatch(string tool, StoredBatch batch)
    {
        Tool = tool;
        Batch = batch;
        Bytes = OverheadBytes;
        foreach (var rows in batch.Rows)
        {
            Events += rows.Count;
            Bytes += rows.Memory;
        }
    }

    public string Tool { get; }

    public StoredBatch Batch { get; }

    /// <summary>The memory it counts for from its write until it is in the store.</summary>
    public int Bytes { get; }

    public int Events { get; }

    /// <summary>The journal's file that it is in; 0: none yet. Only the journal sets it.</summary>
    public long Segment { get; set; }

    /// <summary>
    /// Its part of the counters. Set when it is written, before the store's thread gets its rows.
    /// </summary>
    public BatchSum? Sum { get; set; }

    /// <summary>
    /// The result of the write. Continuations run on another thread, so that a slow reader of a reply does not delay
    /// the next batch.
    /// </summary>
    public TaskCompletionSource<WriteResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The result of writing a batch to the journal.</summary>
enum WriteResult
{
    /// <summary>The batch is on disk.</summary>
    Written,

    /// <summary>The batch was on disk already.</summary>
    Duplicate,

    /// <summary>The batch is not on disk.</summary>
    Failed,
}
