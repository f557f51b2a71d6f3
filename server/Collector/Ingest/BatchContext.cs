// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Ingest;

/// <summary>The events that one request carries for one tool. Not thread-safe.</summary>
/// <param name="tool">The tool.</param>
/// <param name="events">How many events there are, whatever their outcome.</param>
sealed class BatchContext(Tool tool, int events)
{
    public Tool Tool { get; } = tool;

    public int Events { get; } = events;

    /// <summary>Step 4, decode: the rows and the drops; null until the protocol starts to decode events.</summary>
    public DecodedBatch? Decoded { get; set; }

    /// <summary>Step 5, apply the quota: true once its events have used the bounds of their sources.</summary>
    public bool UsesBounds { get; set; }

    /// <summary>Step 6, write: the batch as it is in the journal.</summary>
    public JournaledBatch? Journaled { get; set; }

    /// <summary>Step 6, write: null until the journal has answered.</summary>
    public WriteResult? Result { get; set; }
}
