// SPDX-License-Identifier: MIT

using Microsoft.Extensions.DependencyInjection;

namespace Tallymark.Collector.Operations;

/// <summary>Whether the collector can write. Thread-safe.</summary>
sealed class Health([FromKeyedServices(ServiceKeys.Journal)] CommitCounters journalWrites, StoreThread store)
{
    /// <summary>False from a failed write of the journal, or commit of the store, until one succeeds.</summary>
    public bool IsHealthy => journalWrites.Healthy && store.IsHealthy;
}
