// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>
/// Datasets of a manifest over the same events whose columns are related: they are computed from one set of cells, of
/// which each shows some columns (docs/adr/0005-folding.md). Immutable.
/// </summary>
/// <param name="Events">The events; every dataset of the group counts them, and may count others too.</param>
/// <param name="Columns">The value columns of the datasets as a query names them, in order of first appearance.</param>
/// <param name="Datasets">The datasets, in the manifest's order.</param>
public sealed record DatasetGroup(
    IReadOnlyList<string> Events, IReadOnlyList<string> Columns, IReadOnlyList<Dataset> Datasets)
{
    /// <summary>
    /// All groups of a manifest. Events are partitioned by the datasets that count them, so two datasets over
    /// overlapping events differ by whole partitions; within a partition, datasets with related columns form one group.
    /// </summary>
    public static IReadOnlyList<DatasetGroup> Of(ToolManifest manifest)
    {
        var groups = new List<DatasetGroup>();
        var parts = manifest.Events
            .GroupBy(e => string.Join(' ', Counting(e.Name, manifest).Select(d => d.Name)), StringComparer.Ordinal)
            .Where(part => part.Key.Length > 0);
        foreach (var part in parts)
        {
            List<string> events = [.. part.Select(e => e.Name)];
            foreach (var datasets in Connect(Counting(events[0], manifest), manifest))
                groups.Add(new(events, [.. datasets.SelectMany(ColumnsOf).Distinct(StringComparer.Ordinal)], datasets));
        }

        return groups;
    }

    /// <summary>A dataset's value columns as a query names them, in its order.</summary>
    public static IEnumerable<string> ColumnsOf(Dataset dataset) => dataset.Columns
        .Where(c => c.From is not (ColumnSource.Day or ColumnSource.Occurrences))
        .Select(c => c.From switch
        {
            ColumnSource.Event => "event",
            ColumnSource.Status => "status",
            ColumnSource.Field => c.Field!,
            _ => throw new ArgumentOutOfRangeException(nameof(dataset), c.From, message: null),
        });

    /// <summary>The field behind a column; null for <c>event</c> and <c>status</c>.</summary>
    public static Field? FieldOf(string column, ToolManifest manifest) =>
        // A name has one type in the whole manifest, so the field of any event is the right one.
        manifest.Fields.Concat(manifest.Events.SelectMany(e => e.Fields))
            .FirstOrDefault(f => string.Equals(f.Name, column, StringComparison.Ordinal));

    static IEnumerable<Dataset> Counting(string name, ToolManifest manifest) =>
        manifest.Datasets.Where(d => d.Events.Contains(name, StringComparer.Ordinal));

    static IEnumerable<List<Dataset>> Connect(IEnumerable<Dataset> datasets, ToolManifest manifest)
    {
        var groups = new List<(List<Dataset> Datasets, HashSet<string> Kin)>();
        foreach (var dataset in datasets)
        {
            HashSet<string> kin = [.. ColumnsOf(dataset).Select(c => KinOf(c, manifest))];
            List<Dataset> members = [];
            foreach (var group in groups.Where(g => g.Kin.Overlaps(kin)).ToList())
            {
                members.AddRange(group.Datasets);
                kin.UnionWith(group.Kin);
                groups.Remove(group);
            }

            members.Add(dataset);
            groups.Add((members, kin));
        }

        return groups.Select(g => g.Datasets);
    }

    // Columns of equal kin reveal something about each other: a system's version reveals its family, exit code 0
    // reveals success. Relations between an author's own lists are unknown here.
    static string KinOf(string column, ToolManifest manifest) => FieldOf(column, manifest)?.Type switch
    {
        FieldType.Os or FieldType.Arch or FieldType.Runtime => "platform",
        FieldType.ExitCode => "status",
        _ => column,
    };
}
