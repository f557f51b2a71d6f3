// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text;

namespace Tallymark.Collector.Operations;

/// <summary>The histograms of batches on their way through the pipeline. Thread-safe.</summary>
sealed class IngestHistograms
{
    readonly Histogram _acknowledgement = new(
        "tallymark_acknowledgement_seconds",
        "Time from the last byte of a stored batch to its acknowledgement; a flush of the journal is in between.",
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);

    readonly Histogram _lateness = new(
        "tallymark_events_lateness_seconds",
        "Time from a stored event to its receipt. Clients upload once a day, and keep events without a network.",
        Lateness.Bounds);

    /// <summary>A batch was stored.</summary>
    /// <param name="received">When its last byte had come; a timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="sum">The sums of the batch.</param>
    public void Stored(long received, BatchSum sum)
    {
        _acknowledgement.Add(Stopwatch.GetElapsedTime(received).TotalSeconds);
        _lateness.Add(sum.Lateness.Counts, sum.Lateness.Seconds);
    }

    /// <summary>Adds the lines of the text format.</summary>
    public void AppendTo(StringBuilder text)
    {
        _acknowledgement.AppendTo(text);
        _lateness.AppendTo(text);
    }
}
