// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tools;

/// <summary>
/// A tool that the collector collects for: every accepted version of its manifest, and its counters. Immutable except
/// the counters. Thread-safe.
/// </summary>
/// <param name="accepted">At least one, all of one tool, each version once.</param>
/// <param name="counters">The tool's counters; a new version keeps them.</param>
sealed class Tool(IReadOnlyCollection<AcceptedManifest> accepted, ToolCounters counters)
{
    /// <summary>By version, ascending.</summary>
    public IReadOnlyList<AcceptedManifest> Accepted { get; } = [.. accepted.OrderBy(one => one.Version)];

    public AcceptedManifest Newest => Accepted[^1];

    public string Name => Newest.Tool;

    public string Title => Newest.Title;

    public ToolCounters Counters { get; } = counters;

    /// <summary>The tables of all versions. Cost: reads the manifests.</summary>
    /// <exception cref="IOException">A manifest can't be read.</exception>
    public IReadOnlyList<Table> Tables => [.. Accepted.SelectMany(one => Table.Of(one.Manifest))];

    /// <summary>The events and fields that a version allows; null: it was not accepted.</summary>
    /// <exception cref="IOException">The manifest can't be read.</exception>
    public AllowList? Find(int version)
    {
        foreach (var one in Accepted)
        {
            if (one.Version == version)
                return one.Allowed;
        }

        return null;
    }
}
