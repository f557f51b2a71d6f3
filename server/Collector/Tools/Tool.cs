// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tools;

/// <summary>
/// A tool that the collector collects for: every accepted version of its manifest, and its counters. Immutable except
/// the counters. Thread-safe.
/// </summary>
sealed class Tool
{
    readonly Dictionary<int, AllowList> _versions = [];

    /// <param name="accepted">At least one, all of one tool, each version once.</param>
    /// <param name="counters">The tool's counters; a new version keeps them.</param>
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

/// <summary>An accepted manifest.</summary>
/// <param name="Manifest">The manifest.</param>
/// <param name="Text">Its text, verbatim.</param>
sealed record AcceptedManifest(ToolManifest Manifest, string Text);
