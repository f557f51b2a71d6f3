// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Release;

/// <summary>
/// A dataset of a period, as all versions of the manifest with events in the period declare it: one file with the
/// columns of all of them. A row shows <see cref="Dataset.NotCollected"/> in a column that its version does not have.
/// Immutable.
/// </summary>
sealed class PeriodDataset
{
    readonly IReadOnlyList<(ToolManifest Manifest, Dataset Dataset)> _versions;
    readonly IReadOnlyList<string> _columns;

    PeriodDataset(IReadOnlyList<(ToolManifest Manifest, Dataset Dataset)> versions)
    {
        _versions = versions;
        var newest = versions[^1].Dataset;
        Dataset = newest with
        {
            Columns = Union(versions),
            Minimum = versions.Min(v => v.Dataset.Minimum),
            Events = [.. versions.Reverse().SelectMany(v => v.Dataset.Events).Distinct(StringComparer.Ordinal)],
        };
        _columns = [.. DatasetGroup.ColumnsOf(Dataset)];
        Columns = [.. Dataset.Columns.Select(Describe)];
    }

    /// <summary>The dataset with the columns of all versions; the newest version's come first.</summary>
    public Dataset Dataset { get; }

    /// <summary>The columns in the metadata.</summary>
    public IReadOnlyList<ColumnEntry> Columns { get; }

    /// <summary>The versions that have it, ascending.</summary>
    public IReadOnlyList<int> Versions => [.. _versions.Select(v => v.Manifest.Version)];

    /// <summary>The newest of these versions.</summary>
    public ToolManifest Manifest => _versions[^1].Manifest;

    /// <summary>
    /// The datasets of a period: those of every version with events in it, in the order of the newest version that has
    /// each. If no event happened, those of the newest version.
    /// </summary>
    public static IReadOnlyList<PeriodDataset> Of(IReadOnlyList<PeriodDay> days, PublishRequest request)
    {
        var manifests = request.Manifests;
        List<FoldedGroup> groups = [.. days.SelectMany(d => d.Folded?.Groups ?? [])];
        HashSet<int> found = request.Provisional
            ? [.. VersionsWithRows(groups, manifests)]
            : [.. groups.SelectMany(group => group.Versions)];
        if (found.Count == 0)
            found.Add(manifests[^1].Version);
        List<ToolManifest> versions = [.. manifests.Where(manifest => found.Contains(manifest.Version))];
        return
        [
            .. versions.AsEnumerable().Reverse().SelectMany(manifest => manifest.Datasets.Select(d => d.Name))
                .Distinct(StringComparer.Ordinal)
                .Select(name => new PeriodDataset([.. versions.SelectMany(manifest => manifest.Datasets
                    .Where(d => string.Equals(d.Name, name, StringComparison.Ordinal))
                    .Select(d => (manifest, d)))])),
        ];
    }

    // The versions of which a preview shows datasets: all that share a partition which has rows. That one of them has
    // an event, in such a partition or in one that is left out, would tell of a single installation on a single day.
    static IEnumerable<int> VersionsWithRows(List<FoldedGroup> groups, IReadOnlyList<ToolManifest> manifests) =>
        VersionGroup.Of(manifests)
            .Where(alike => groups.Exists(group => group.Rows.Count > 0
                && alike.Versions.Contains(group.Versions[^1])
                && alike.Group.Events.SequenceEqual(group.Events, StringComparer.Ordinal)
                && alike.Group.Columns.SequenceEqual(group.Columns, StringComparer.Ordinal)))
            .SelectMany(alike => alike.Versions);

    /// <summary>The rows that it shows of a day.</summary>
    public DatasetDay RowsOf(FoldedDay day)
    {
        var rows = new SortedDictionary<string[], long>(Comparer<string[]>.Create(LabelOrder.Compare));
        var leftOut = false;
        foreach (var group in day.Groups)
        {
            if (ShownColumns(group) is not { } shown)
                continue;
            leftOut |= group.HasEventsLeftOut;
            foreach (var row in group.Rows)
            {
                string[] labels = [.. shown.Select(i => i < 0 ? Dataset.NotCollected : row.Labels[i])];
                rows[labels] = checked(rows.GetValueOrDefault(labels) + row.Occurrences);
            }
        }

        return new DatasetDay(day.Day, [.. rows.Select(row => new PublishedRow(row.Key, row.Value))], leftOut);
    }

    // The index of each column in the group, -1 for a column that the group's version lacks; null: the group is of
    // other datasets. All versions of a group declare its datasets alike.
    List<int>? ShownColumns(FoldedGroup group)
    {
        var version = _versions.FirstOrDefault(v => v.Manifest.Version == group.Versions[^1]);
        if (version.Dataset is not { } dataset || !dataset.Events.Contains(group.Events[0], StringComparer.Ordinal))
            return null;
        HashSet<string> own = [.. DatasetGroup.ColumnsOf(dataset)];
        List<string> columns = [.. group.Columns];
        return columns.Exists(own.Contains)
            ? [.. _columns.Select(column => own.Contains(column) ? columns.IndexOf(column) : -1)]
            : null;
    }

    // A column is its source: another heading for it in an older version is the same column. A heading that an older
    // version used for another source gets that version's number.
    static List<DatasetColumn> Union(IReadOnlyList<(ToolManifest Manifest, Dataset Dataset)> versions)
    {
        List<DatasetColumn> columns = [.. versions[^1].Dataset.Columns];
        foreach (var (manifest, dataset) in versions.Reverse().Skip(1))
        {
            foreach (var column in dataset.Columns.Where(c => !columns.Exists(other => IsSame(other, c))))
            {
                var isTaken = columns.Exists(
                    c => string.Equals(c.Name, column.Name, StringComparison.OrdinalIgnoreCase));
                columns.Add(isTaken ? column with { Name = $"{column.Name}_{manifest.Version}" } : column);
            }
        }

        return columns;
    }

    static bool IsSame(DatasetColumn a, DatasetColumn b) =>
        a.From == b.From && string.Equals(a.Field, b.Field, StringComparison.Ordinal);

    // As the newest version that has it describes it.
    ColumnEntry Describe(DatasetColumn column)
    {
        List<ToolManifest> having =
            [.. _versions.Where(v => v.Dataset.Columns.Any(c => IsSame(c, column))).Select(v => v.Manifest)];
        var entry = ColumnEntry.Of(column, having[^1]);
        return having.Count == _versions.Count ? entry : entry with { Manifests = [.. having.Select(m => m.Version)] };
    }
}
