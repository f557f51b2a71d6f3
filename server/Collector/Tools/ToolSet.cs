// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tools;

/// <summary>
/// The tools that the collector collects for, by name. The set only grows. A reader sees it as it was before a manifest
/// or after it, never in between. Reads are thread-safe, <see cref="Add"/> is for one thread at a time.
/// </summary>
sealed class ToolSet
{
    volatile Content _current = new([]);

    /// <summary>By name.</summary>
    public IReadOnlyList<Tool> All => _current.All;

    public Tool? Find(string name) => _current.ByName.GetValueOrDefault(name);

    /// <summary>Adds new versions. An existing tool keeps its counters.</summary>
    /// <param name="accepted">The manifests.</param>
    /// <param name="counters">Returns the counters of a new tool.</param>
    public void Add(IEnumerable<AcceptedManifest> accepted, Func<string, ToolCounters> counters)
    {
        var tools = _current.All.ToDictionary(tool => tool.Name, StringComparer.Ordinal);
        foreach (var versions in accepted.GroupBy(one => one.Tool, StringComparer.Ordinal))
        {
            tools[versions.Key] = tools.GetValueOrDefault(versions.Key) is { } existing
                ? new Tool([.. existing.Accepted, .. versions], existing.Counters)
                : new Tool([.. versions], counters(versions.Key));
        }

        _current = new Content([.. tools.Values.OrderBy(tool => tool.Name, StringComparer.Ordinal)]);
    }

    sealed class Content(IReadOnlyList<Tool> all)
    {
        public IReadOnlyList<Tool> All { get; } = all;

        public Dictionary<string, Tool> ByName { get; } = all.ToDictionary(tool => tool.Name, StringComparer.Ordinal);
    }
}
