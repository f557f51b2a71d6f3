// SPDX-License-Identifier: MIT

namespace Tallymark.Collector;

/// <summary>Names the services that the collector has two of.</summary>
static class ServiceKeys
{
    /// <summary>Requests with a batch.</summary>
    public const string Batches = "batches";

    /// <summary>Deletion requests.</summary>
    public const string Deletions = "deletions";

    /// <summary>Writes of the journal.</summary>
    public const string Journal = "journal";

    /// <summary>Commits of the store.</summary>
    public const string Store = "store";
}
