// SPDX-License-Identifier: MIT
// All that the collector has of one tool: every accepted version of its manifest side by side, and its counters.

namespace Tallymark.Collector.Tools;

/// <summary>A tool. Immutable but for its counters; safe for any thread.</summary>
sealed class Tool
{
    readonly Dictionary<int, AllowList> _versions = [];

    /// <param name="accepted">At least one, of one tool, each version once.</param>
    /// <param name="counters">The tool's counters, which go on when a version is added.</param>
    public Tool(IReadOnlyCollection<AcceptedManifest> accepted, ToolCounters counters)
    {
        Counters = counters;
        foreach (var one in accepted)
            _versions.Add(one.Manifest.Version, new AllowList(one.Manifest));
        Accepted = [.. accepted.OrderBy(one => one.Manifest.Version)];
    }

    /// <summary>By version, ascending.</summary>
    public IReadOnlyList<AcceptedManifest> Accepted { get; }

    public AcceptedManifest Newest => Accepted[^1];

    public string Name => Newest.Manifest.Tool;

    public string Title => Newest.Manifest.Title;

    public ToolCounters Counters { get; }

    /// <summary>The tables of all versions.</summary>
    public IReadOnlyList<Table> Tables => [.. Accepted.SelectMany(one => Table.Of(one.Manifest))];

    public AllowList? Find(int version) => _versions.GetValueOrDefault(version);
}

/// <summary>A manifest that the collector collects for.</summary>
/// <param name="Manifest">The manifest.</param>
/// <param name="Text">Its text, exactly as it was read.</param>
sealed record AcceptedManifest(ToolManifest Manifest, string Text);
