// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Ingest;

/// <summary>The state of one request. Each step of the pipeline fills in its own part. Not thread-safe.</summary>
/// <param name="client">The network of the client.</param>
/// <param name="memory">The memory that the request's bytes count against.</param>
sealed class IngestRequest(NetworkPrefix client, MemoryBudget memory) : IDisposable
{
    readonly List<BatchContext> _batches = new(1);

    /// <summary>The network of the client.</summary>
    public NetworkPrefix Client { get; } = client;

    /// <summary>Step 2, receive: the body as it was sent.</summary>
    public ByteBuffer Body { get; private set; } = new(memory, client);

    /// <summary>Step 2, receive: when the last byte had come; a timestamp of Stopwatch.</summary>
    public long Received { get; set; }

    /// <summary>Step 3, decompress: the content.</summary>
    public ByteBuffer Content { get; private set; } = new(memory, client);

    /// <summary>Step 4, decode: the batches, at least one if the step succeeded.</summary>
    public IReadOnlyList<BatchContext> Batches => _batches;

    /// <summary>Makes the body the content: it is not compressed.</summary>
    public void UseBodyAsContent() => (Body, Content) = (Content, Body);

    /// <summary>Adds a batch and counts its events as received.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="events">How many events the request carries for it.</param>
    public BatchContext Add(Tool tool, int events)
    {
        var batch = new BatchContext(tool, events);
        _batches.Add(batch);
        tool.Counters.Receive(events);
        return batch;
    }

    // The content is held until the reply is written. The rows made from it take about as much memory as it does, so
    // that the budget accounts for them too.
    public void Dispose()
    {
        Body.Dispose();
        Content.Dispose();
    }
}
