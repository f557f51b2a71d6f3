// SPDX-License-Identifier: MIT
// Datasets that could give each other's small cells back if they were folded apart, so they are folded together.

using System;
using System.Collections.Generic;
using System.Linq;
using Tallymark.Manifests;
using Tallymark.Store;

namespace Tallymark.Publish.Folding;

/// <summary>
/// Datasets over the same events whose columns say something about each other. They are folded once, over all their
/// columns, and each of them shows some of the columns of that one partition: whatever is subtracted from whatever,
/// whole rows of the partition remain.
/// </summary>
sealed class Family
{
    Family(IReadOnlyList<string> events, IReadOnlyList<FamilyColumn> columns, IReadOnlyList<Dataset> datasets)
    {
        Events = events;
        Columns = columns;
        Datasets = datasets;
        Hierarchies = [.. columns.Select(c => Hierarchy.For(c.Field))];
        Minimum = datasets.Max(d => d.Minimum);
    }

    /// <summary>The events; counted by all of the family's datasets, which may count others besides.</summary>
    public IReadOnlyList<string> Events { get; }

    /// <summary>The value columns of all its datasets, in the order in which they first appear.</summary>
    public IReadOnlyList<FamilyColumn> Columns { get; }

    /// <summary>The levels of each column.</summary>
    public IReadOnlyList<Hierarchy> Hierarchies { get; }

    /// <summary>Its datasets, in the manifest's order.</summary>
    public IReadOnlyList<Dataset> Datasets { get; }

    /// <summary>The largest minimum of its datasets.</summary>
    public int Minimum { get; }

    /// <summary>The query for one day's cells.</summary>
    public CellQuery Query(DateOnly day, string installation) =>
        new(Events, [.. Columns.Select(c => c.QueryName)], day, day, installation);

    /// <summary>A cell as a row that can be folded.</summary>
    public Row RowOf(Cell cell) =>
        new([.. cell.Values.Select((value, i) => Hierarchies[i].LabelOf(value))], cell.Occurrences, cell.Installations);

    /// <summary>The labels of a folded row that a dataset shows, in the order of its value columns.</summary>
    public string[] Show(Row row, Dataset dataset) => [.. FamilyColumn.Of(dataset).Select(c => row.Labels[IndexOf(c)])];

    /// <summary>
    /// All families of a manifest. Events are split by which datasets count them, so that two datasets over overlapping
    /// events differ by whole parts; within a part, datasets with a kin column (<see cref="FamilyColumn.Kin"/>) are one
    /// family.
    /// </summary>
    public static IReadOnlyList<Family> Of(ToolManifest manifest)
    {
        var families = new List<Family>();
        var parts = manifest.Events
            .GroupBy(e => string.Join(' ', Counting(e.Name, manifest).Select(d => d.Name)), StringComparer.Ordinal)
            .Where(part => part.Key.Length > 0);
        foreach (var part in parts)
        {
            List<string> events = [.. part.Select(e => e.Name)];
            foreach (var kin in Connect(Counting(events[0], manifest), manifest))
            {
                List<FamilyColumn> columns =
                    [.. kin.SelectMany(FamilyColumn.Of).DistinctBy(c => c.QueryName, StringComparer.Ordinal)];
                families.Add(new Family(events, [.. columns.Select(c => c.In(manifest))], kin));
            }
        }

        return families;
    }

    static IEnumerable<Dataset> Counting(string name, ToolManifest manifest) =>
        manifest.Datasets.Where(d => d.Events.Contains(name, StringComparer.Ordinal));

    static IEnumerable<List<Dataset>> Connect(IEnumerable<Dataset> datasets, ToolManifest manifest)
    {
        var groups = new List<(List<Dataset> Datasets, HashSet<string> Kin)>();
        foreach (var dataset in datasets)
        {
            HashSet<string> kin = [.. FamilyColumn.Of(dataset).Select(c => c.In(manifest).Kin)];
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

    int IndexOf(FamilyColumn column)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (string.Equals(Columns[i].QueryName, column.QueryName, StringComparison.Ordinal))
                return i;
        }

        throw new InvalidOperationException($"Column {column.QueryName} is not in the family.");
    }
}

/// <summary>A value column.</summary>
/// <param name="QueryName">Its name in a query: a field, <c>event</c> or <c>status</c>.</param>
/// <param name="Field">The field; null for the other two, and before <see cref="In"/>.</param>
sealed record FamilyColumn(string QueryName, Field? Field)
{
    /// <summary>
    /// Columns with equal kin are known to say something about each other: a system's version tells its family, exit
    /// code 0 tells success. What an author's own lists say about each other can't be known here.
    /// </summary>
    public string Kin => Field?.Type switch
    {
        FieldType.Os or FieldType.Arch or FieldType.Runtime => "platform",
        FieldType.ExitCode => "status",
        _ => QueryName,
    };

    /// <summary>A dataset's value columns, in its order.</summary>
    public static IEnumerable<FamilyColumn> Of(Dataset dataset) => dataset.Columns
        .Where(c => c.From is not (ColumnSource.Day or ColumnSource.Occurrences))
        .Select(c => new FamilyColumn(NameOf(c), Field: null));

    /// <summary>The same column with its field.</summary>
    public FamilyColumn In(ToolManifest manifest) => this with
    {
        // One name means one type in the whole manifest, so any event's field will do.
        Field = manifest.Fields.Concat(manifest.Events.SelectMany(e => e.Fields))
            .FirstOrDefault(f => string.Equals(f.Name, QueryName, StringComparison.Ordinal)),
    };

    static string NameOf(DatasetColumn column) => column.From switch
    {
        ColumnSource.Event => "event",
        ColumnSource.Status => "status",
        ColumnSource.Field => column.Field!,
        _ => throw new ArgumentOutOfRangeException(nameof(column), column.From, message: null),
    };
}
