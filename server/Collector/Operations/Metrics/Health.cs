// SPDX-License-Identifier: MIT

using Microsoft.Extensions.DependencyInjection;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Whether the collector can write, and whether it accepts batches. A tool whose commits fail is no reason to refuse
/// those of others. A process that answers at all is alive: none of this is mended by a restart. Thread-safe.
/// </summary>
sealed class Health(
    [FromKeyedServices(ServiceKeys.Journal)] CommitCounters journalWrites, StoreThread store, DiskSpace disk)
{
    /// <summary>False from a failed write of the journal, or commit of the store, until one succeeds.</summary>
    public bool IsHealthy => ReasonNotHealthy is null;

    /// <summary>Why the collector is not healthy; null: it is.</summary>
    public string? ReasonNotHealthy =>
        journalWrites.Healthy && store.IsHealthy ? null : "the last write failed";

    /// <summary>Why the batches of all tools are refused; null: they are accepted.</summary>
    public string? ReasonNotReady =>
        !journalWrites.Healthy ? "the last write of the journal failed"
        : disk.IsLow ? "the disk is nearly full"
        : null;
}
