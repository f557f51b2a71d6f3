// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Finds installation ids that many machines share, as after a copy of a home folder into a machine image: on the day
/// before, events under one id came from more networks than one machine visits. Such an id counts as one installation,
/// so the counts of the tool are too small. Keeps a number for each tool, and no id and no network
/// (docs/adr/0041-shared-ids.md). <see cref="CountDue"/> is for one thread at a time, the other members are
/// thread-safe.
/// </summary>
sealed class SharedIds(ToolSet tools, StoreThread store, Limits limits, TimeProvider time, ILogger log)
{
    // By tool: the day that was counted, the number, and the tool's stored events then.
    readonly ConcurrentDictionary<string, (DateOnly Day, int Ids, long Stored)> _counted = new(StringComparer.Ordinal);

    /// <summary>The number of shared ids of a tool on the last day that was counted.</summary>
    public int Of(string tool) => _counted.GetValueOrDefault(tool).Ids;

    /// <summary>Counts those of yesterday, once a day for each tool with new events.</summary>
    public void CountDue()
    {
        var yesterday = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-1);
        foreach (var tool in tools.All)
        {
            var stored = tool.Counters.Total().Stored;
            var isKnown = _counted.TryGetValue(tool.Name, out var last);
            if (stored == 0 || (isKnown && last.Day == yesterday))
                continue;
            var isIdle = isKnown && last.Stored == stored;
            _counted[tool.Name] = (yesterday, isIdle ? 0 : Count(tool, yesterday), stored);
        }
    }

    int Count(Tool tool, DateOnly day)
    {
        try
        {
            List<Table> tables = [.. tool.Accepted.SelectMany(one => Table.Of(one.Manifest))];
            var ids = store.Readers.Read(s => s.CountShared(tool.Name, tables, day, limits.MaxNetworksOfInstallation));
            if (ids > 0)
                log.IdsShared(tool.Name, ids, limits.MaxNetworksOfInstallation, day);
            return ids;
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            return 0; // the status names a store that fails
        }
    }
}
