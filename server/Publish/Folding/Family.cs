// SPDX-License-Identifier: MIT
// Datasets that could give each other's small cells back if they were folded apart, so they are folded together.

namespace Tallymark.Publish.Folding;

/// <summary>
/// Datasets over the same events whose columns say something about each other. They are folded once, over all their
/// columns, and each of them shows some of the columns of that one partition: whatever is subtracted from whatever,
/// whole rows of the partition remain.
/// </summary>
sealed class Family
{
    Family(DatasetGroup group, ToolManifest manifest)
    {
        Events = group.Events;
        Columns = [.. group.Columns.Select(c => new FamilyColumn(c, DatasetGroup.FieldOf(c, manifest)))];
        Datasets = group.Datasets;
        Hierarchies = [.. Columns.Select(c => Hierarchy.For(c.Field))];
        Minimum = Datasets.Max(d => d.Minimum);
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
    public string[] Show(Row row, Dataset dataset) => [.. DatasetGroup.ColumnsOf(dataset).Select(c => row.Labels[IndexOf(c)])];

    /// <summary>All families of a manifest.</summary>
    public static IReadOnlyList<Family> Of(ToolManifest manifest) =>
        [.. DatasetGroup.Of(manifest).Select(group => new Family(group, manifest))];

    int IndexOf(string column)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (string.Equals(Columns[i].QueryName, column, StringComparison.Ordinal))
                return i;
        }

        throw new InvalidOperationException($"Column {column} is not in the family.");
    }
}

/// <summary>A value column.</summary>
/// <param name="QueryName">Its name in a query: a field, <c>event</c> or <c>status</c>.</param>
/// <param name="Field">The field; null for the other two.</param>
sealed record FamilyColumn(string QueryName, Field? Field);
