// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// Reports, once for each tool and reason while the collector runs, that a client sends what the tool's manifest does
/// not declare under its version. The usual cause is a manifest that was changed without a new version: the client is
/// told that its batch is accepted, and the event is missing from every count. Thread-safe.
/// </summary>
sealed class UndeclaredEvents(ILogger log)
{
    static readonly (EventOutcome Reason, string Name)[] Reasons =
    [
        .. Drops.Reasons
            .Where(r => r.Key is EventOutcome.UnknownEvent or EventOutcome.UnknownField or EventOutcome.BadValue)
            .Select(r => (r.Key, r.Value)),
    ];

    readonly ConcurrentDictionary<(string Tool, EventOutcome Reason), bool> _reported = new();

    public void Report(string tool, Drops drops)
    {
        foreach (var (reason, name) in Reasons)
        {
            if (drops[reason] > 0 && _reported.TryAdd((tool, reason), true))
                log.EventsUndeclared(tool, name);
        }
    }
}
