// SPDX-License-Identifier: MIT
// What is known of one batch while it passes the steps of the pipeline.

namespace Tallymark.Collector.Ingest;

/// <summary>The state of one request. Each step fills in its own part. One request owns it.</summary>
sealed class BatchContext(MemoryBudget memory) : IDisposable
{
    /// <summary>Receive: the body as it was sent.</summary>
    public ByteBuffer Body { get; private set; } = new(memory);

    /// <summary>Unpack: the lines.</summary>
    public ByteBuffer Lines { get; private set; } = new(memory);

    /// <summary>Decode: the tool; null as long as no event is counted.</summary>
    public Tool? Tool { get; private set; }

    /// <summary>Decode: how many lines of events there are.</summary>
    public int Events { get; private set; }

    /// <summary>Decode: the events.</summary>
    public DecodedBatch? Decoded { get; set; }

    /// <summary>Write: the batch in the journal.</summary>
    public JournaledBatch? Written { get; set; }

    /// <summary>Write: what became of it.</summary>
    public WriteResult Result { get; set; }

    /// <summary>The body is the lines already.</summary>
    public void SwapLines() => (Body, Lines) = (Lines, Body);

    public void Counted(Tool tool, int events)
    {
        Tool = tool;
        Events = events;
        tool.Counters.Receive(events);
    }

    // The lines are held until the reply: the rows made from them take about as much, and this way they count.
    public void Dispose()
    {
        Body.Dispose();
        Lines.Dispose();
    }
}
