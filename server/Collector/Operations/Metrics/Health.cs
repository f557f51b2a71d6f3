// SPDX-License-Identifier: MIT

using Microsoft.Extensions.DependencyInjection;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Whether the collector can write, and whether it accepts batches. A process that answers at all is alive: none of
/// this is mended by a restart. Thread-safe.
/// </summary>
sealed class Health(
    [FromKeyedServices(ServiceKeys.Journal)] CommitCounters journalWrites, StoreThread store, DiskSpace disk)
{
    /// <summary>False from a failed write of the journal, or commit of the store, until one succeeds.</summary>
    public bool IsHealthy => ReasonNotHealthy is null;

    /// <summary>Why the collector is not healthy; null: it is.</summary>
    public string? ReasonNotHealthy =>
        journalWrites.Healthy && store.IsHealthy ? null : "the last write failed";

    /// <summary>Why batches are refused; null: they are accepted.</summary>
    public string? ReasonNotReady => ReasonNotHealthy ?? (disk.IsLow ? "the disk is nearly full" : null);
}
