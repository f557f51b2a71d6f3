// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// Bounds how many events of one kind one source may add to the counts of a day (<see cref="ToolManifest.MaxPerDay"/>).
/// A source is an installation, or for events without one a network. The excess is stored and excluded from counts, so
/// it is in no dataset, and no two datasets differ by it. Counts are in memory while they are in use; they are read
/// from the store when a day is used for the first time, so a restart does not begin again. Thread-safe.
/// </summary>
sealed class ContributionBound(StoreThread store, InstallationDigest digests, Limits limits, TimeProvider time)
{
    // By then all of its events are in the store, and are read again when they are needed.
    static readonly TimeSpan IdleTime = TimeSpan.FromHours(1);

    static readonly DateOnly First = new(1970, 1, 1);

    readonly ConcurrentDictionary<string, Dictionary<(string Event, int Day), DayCounts>> _tools =
        new(StringComparer.Ordinal);

    /// <summary>Counts an event if the bound allows it.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="table">The event.</param>
    /// <param name="day">The day of the event. Days since 1970.</param>
    /// <param name="source">The digest of the installation, or the bucket of the network.</param>
    /// <param name="max">The bound.</param>
    /// <exception cref="StoreException">The store can't tell what was counted before.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public bool TryTake(string tool, Table table, int day, UInt128 source, int max)
    {
        var days = _tools.GetOrAdd(tool, static _ => []);
        lock (days)
        {
            if (!days.TryGetValue((table.Name, day), out var counts))
            {
                RemoveIdle(days);
                days.Add((table.Name, day), counts = Load(tool, table, day));
            }

            counts.LastUse = time.GetTimestamp();
            return counts.TryTake(source, max, limits.MaxKnownInstallations);
        }
    }

    /// <summary>Takes back an event that <see cref="TryTake"/> counted and that was not stored.</summary>
    public void GiveBack(string tool, Table table, int day, UInt128 source)
    {
        if (!_tools.TryGetValue(tool, out var days))
            return;
        lock (days)
        {
            if (days.TryGetValue((table.Name, day), out var counts))
                counts.GiveBack(source);
        }
    }

    DayCounts Load(string tool, Table table, int day)
    {
        var counts = new DayCounts();
        var date = First.AddDays(day);
        foreach (var (id, network, count) in store.Readers.ReadToTheEnd(s => s.CountDay(tool, table, date)))
        {
            if (id is not null && digests.TryCompute(id, out var digest))
                counts.Add(digest, count);
            else if (network > 0)
                counts.Add((UInt128)network, count);
        }

        return counts;
    }

    void RemoveIdle(Dictionary<(string Event, int Day), DayCounts> days)
    {
        foreach (var (key, counts) in days)
        {
            if (time.GetElapsedTime(counts.LastUse) > IdleTime)
                days.Remove(key);
        }
    }

    /// <summary>The counted events of one kind and day, by source.</summary>
    sealed class DayCounts
    {
        readonly Dictionary<UInt128, long> _counts = [];

        public long LastUse { get; set; }

        public void Add(UInt128 source, long count) =>
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, source, out _) += count;

        // A full table counts no new source: a flood must not lift the bound.
        public bool TryTake(UInt128 source, int max, int maxSources)
        {
            if (_counts.Count >= maxSources && !_counts.ContainsKey(source))
                return false;
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, source, out _);
            if (count >= max)
                return false;
            count++;
            return true;
        }

        public void GiveBack(UInt128 source)
        {
            if (_counts.TryGetValue(source, out var count) && count > 0)
                _counts[source] = count - 1;
        }
    }
}
