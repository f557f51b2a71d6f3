// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Cells;

/// <summary>
/// The cells of a whole period, for all dataset groups of a tool. Nothing is loaded up front: each call of
/// <see cref="Read"/> is one query, in any order and as often as a disclosure control needs it. One thread at a time.
/// </summary>
/// <param name="source">Answers the queries.</param>
/// <param name="request">The tool's manifest, which has at least one dataset, and the period.</param>
/// <param name="datasets">The datasets that will be written. Groups without one of them are not read.</param>
/// <param name="progress">Told after each query.</param>
sealed class PeriodCells(
    ICellSource source, PublishRequest request, IReadOnlyList<Dataset> datasets,
    IProgress<PublishProgress>? progress = null)
{
    // A manifest with datasets has an installation field: spec/manifest.md, datasets.
    readonly string _installation = Rollup.InstallationOf(request.Manifest)!;
    int _answered;

    /// <summary>The tool's manifest.</summary>
    public ToolManifest Manifest => request.Manifest;

    /// <summary>The period.</summary>
    public Period Period => request.Period;

    /// <summary>The datasets that will be written, in the manifest's order.</summary>
    public IReadOnlyList<Dataset> Datasets => datasets;

    /// <summary>
    /// The groups that these datasets belong to. A group also lists its datasets that will not be written, because
    /// disclosure control has to take them into account.
    /// </summary>
    public IReadOnlyList<DatasetGroup> Groups { get; } =
        [.. DatasetGroup.Of(request.Manifest).Where(group => group.Datasets.Any(datasets.Contains))];

    /// <summary>Reads the cells of one group and day. Cost: one query.</summary>
    /// <exception cref="StoreException">The cells can't be read completely.</exception>
    public IEnumerable<Cell> Read(DatasetGroup group, DateOnly day)
    {
        foreach (var cell in source.Cells(
            Manifest.Tool, new CellQuery(group.Events, group.Columns, day, day, _installation)))
        {
            yield return cell;
        }

        progress?.Report(new PublishProgress(++_answered, Period.Days * Groups.Count, day));
    }
}
