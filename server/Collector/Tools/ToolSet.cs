// SPDX-License-Identifier: MIT
// The tools that the collector collects for.

namespace Tallymark.Collector.Tools;

/// <summary>
/// Tools by name. It grows while the collector runs and never shrinks; who asks sees it as it was before a manifest or
/// after it, never in between. Reading is safe for any thread, <see cref="Add"/> for one at a time.
/// </summary>
sealed class ToolSet
{
    volatile Content _now = new([]);

    /// <summary>By name.</summary>
    public IReadOnlyList<Tool> All => _now.All;

    public Tool? Find(string name) => _now.ByName.GetValueOrDefault(name);

    /// <summary>Adds versions that are not there yet. A tool that grows keeps its counters.</summary>
    /// <param name="accepted">The manifests.</param>
    /// <param name="counters">Makes the counters of a tool that is new.</param>
    public void Add(IEnumerable<AcceptedManifest> accepted, Func<string, ToolCounters> counters)
    {
        var tools = _now.All.ToDictionary(tool => tool.Name, StringComparer.Ordinal);
        foreach (var versions in accepted.GroupBy(one => one.Manifest.Tool, StringComparer.Ordinal))
        {
            tools[versions.Key] = tools.GetValueOrDefault(versions.Key) is { } old
                ? new Tool([.. old.Accepted, .. versions], old.Counters)
                : new Tool([.. versions], counters(versions.Key));
        }

        _now = new Content([.. tools.Values.OrderBy(tool => tool.Name, StringComparer.Ordinal)]);
    }

    sealed class Content(IReadOnlyList<Tool> all)
    {
        public IReadOnlyList<Tool> All { get; } = all;

        public Dictionary<string, Tool> ByName { get; } = all.ToDictionary(tool => tool.Name, StringComparer.Ordinal);
    }
}
