// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Release;

/// <summary><c>index.json</c> at the root: the tools.</summary>
sealed record ToolList(int Tallymark, IReadOnlyList<ToolEntry> Tools);

/// <summary>One tool.</summary>
sealed record ToolEntry(string Tool, string Title);

/// <summary><c>TOOL/index.json</c> and <c>TOOL/provisional/index.json</c>: the periods.</summary>
sealed record PeriodList(
    int Tallymark, string Tool, string Title, bool Provisional, IReadOnlyList<PeriodEntry> Periods);

/// <summary>One period.</summary>
sealed record PeriodEntry(string Period, IReadOnlyList<DatasetEntry> Datasets);

/// <summary>One dataset of a period and the names of its files.</summary>
sealed record DatasetEntry(string Name, string Title, string Tsv, string Metadata);

/// <summary>The index files of a public folder, as one publication changes them.</summary>
/// <param name="root">The public folder.</param>
/// <param name="manifest">The tool's manifest.</param>
/// <param name="period">The period being published.</param>
sealed class FolderIndexes(string root, ToolManifest manifest, string period)
{
    const string IndexName = "index.json";

    readonly string _root = Path.Combine(root, IndexName);
    readonly string _tool = Path.Combine(root, manifest.Tool, IndexName);
    readonly string _provisional = Path.Combine(root, manifest.Tool, "provisional", IndexName);

    /// <summary>Finds a damaged index before anything is counted or written.</summary>
    /// <exception cref="PublishException">An index is damaged.</exception>
    public void Check()
    {
        _ = PublishedJson.Read<ToolList>(_root);
        _ = PublishedJson.Read<PeriodList>(_tool);
        _ = PublishedJson.Read<PeriodList>(_provisional);
    }

    /// <summary>The names of the period's datasets that have a preview.</summary>
    public IEnumerable<string> Provisional() =>
        PublishedJson.Read<PeriodList>(_provisional)?.Periods.FirstOrDefault(IsPeriod)?.Datasets.Select(d => d.Name)
            ?? [];

    /// <summary>Adds datasets to the period, in the released or the provisional index.</summary>
    public void Add(IReadOnlyList<DatasetEntry> datasets, bool provisional)
    {
        UpdatePeriods(provisional, periods => Merge(periods, datasets));
        if (provisional && !File.Exists(_tool))
            UpdatePeriods(provisional: false, periods => periods);
    }

    /// <summary>Removes released datasets from the provisional index, if there is one.</summary>
    /// <returns>False if there is no provisional index.</returns>
    public bool RemoveProvisional(IReadOnlySet<string> names)
    {
        if (!File.Exists(_provisional))
            return false;
        UpdatePeriods(provisional: true, periods =>
        [
            .. periods.Select(p => IsPeriod(p) ? Without(p, names) : p).Where(p => p.Datasets.Count > 0),
        ]);
        return true;
    }

    /// <summary>Adds the tool to the root index.</summary>
    public void AddTool()
    {
        var tools = PublishedJson.Read<ToolList>(_root)?.Tools ?? [];
        AtomicFile.Write(_root, PublishedJson.Write(new ToolList(PublishedJson.Version,
        [
            .. tools.Where(t => !string.Equals(t.Tool, manifest.Tool, StringComparison.Ordinal))
                .Append(new ToolEntry(manifest.Tool, manifest.Title)).OrderBy(t => t.Tool, StringComparer.Ordinal),
        ])));
    }

    void UpdatePeriods(bool provisional, Func<IReadOnlyList<PeriodEntry>, IReadOnlyList<PeriodEntry>> change)
    {
        var path = provisional ? _provisional : _tool;
        var periods = PublishedJson.Read<PeriodList>(path)?.Periods ?? [];
        AtomicFile.Write(path, PublishedJson.Write(
            new PeriodList(PublishedJson.Version, manifest.Tool, manifest.Title, provisional, change(periods))));
    }

    List<PeriodEntry> Merge(IReadOnlyList<PeriodEntry> periods, IReadOnlyList<DatasetEntry> added)
    {
        var before = periods.FirstOrDefault(IsPeriod)?.Datasets ?? [];
        var known = before.ToDictionary(d => d.Name, StringComparer.Ordinal);
        foreach (var entry in added)
            known[entry.Name] = entry;

        // In the manifest's order; datasets that the manifest no longer has stay in the index, after the others.
        var order = manifest.Datasets.Select(d => d.Name).Where(known.ContainsKey);
        List<DatasetEntry> datasets =
            [.. order.Union(before.Select(d => d.Name), StringComparer.Ordinal).Select(name => known[name])];
        return [.. periods.Where(p => !IsPeriod(p)).Append(new PeriodEntry(period, datasets))
            .OrderBy(p => p.Period, StringComparer.Ordinal)];
    }

    static PeriodEntry Without(PeriodEntry entry, IReadOnlySet<string> names) =>
        entry with { Datasets = [.. entry.Datasets.Where(d => !names.Contains(d.Name))] };

    bool IsPeriod(PeriodEntry entry) => string.Equals(entry.Period, period, StringComparison.Ordinal);
}
