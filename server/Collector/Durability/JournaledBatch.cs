// SPDX-License-Identifier: MIT
// A batch between its decoding and the store.

namespace Tallymark.Collector.Durability;

/// <summary>A batch that is written to the journal and then to the store. Its rows are nobody's but of the thread that has it.</summary>
sealed class JournaledBatch
{
    const int Overhead = 600; // this and what it is queued in

    /// <param name="tool">Whose.</param>
    /// <param name="batch">The batch.</param>
    public JournaledBatch(string tool, StoredBatch batch)
    {
        Tool = tool;
        Batch = batch;
        Bytes = Overhead;
        foreach (var rows in batch.Rows)
        {
            Events += rows.Count;
            Bytes += rows.Memory;
        }
    }

    public string Tool { get; }

    public StoredBatch Batch { get; }

    /// <summary>How much memory it counts for, from its write until it is in the store.</summary>
    public int Bytes { get; }

    public int Events { get; }

    /// <summary>The file that it lies in; 0: none yet. The journal's own.</summary>
    public long Segment { get; set; }

    /// <summary>What it adds to the counters; set when it is written, before its rows are the store's.</summary>
    public BatchSum? Sum { get; set; }

    /// <summary>What became of it. Who waits goes on on another thread: a slow reader of a reply must not hold up the next batch.</summary>
    public TaskCompletionSource<WriteResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What became of a batch.</summary>
enum WriteResult
{
    /// <summary>It is on disk.</summary>
    Written,

    /// <summary>It was on disk already.</summary>
    Duplicate,

    /// <summary>It is not on disk.</summary>
    Failed,
}
