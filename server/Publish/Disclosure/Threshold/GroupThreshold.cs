// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Disclosure.Threshold;

/// <summary>
/// Applies the threshold to one group of datasets. The group is generalised once, over all its columns, and each
/// dataset shows some columns of that one partition. Any combination of published rows is therefore a combination of
/// whole rows of the partition. Immutable.
/// </summary>
sealed class GroupThreshold
{
    readonly Hierarchy[] _hierarchies;

    public GroupThreshold(DatasetGroup group, ToolManifest manifest)
    {
        Group = group;
        Minimum = group.Datasets.Max(d => d.Minimum);
        _hierarchies = [.. group.Columns.Select(c => Hierarchy.For(DatasetGroup.FieldOf(c, manifest)))];
    }

    /// <summary>The group.</summary>
    public DatasetGroup Group { get; }

    /// <summary>The largest minimum of the group's datasets.</summary>
    public int Minimum { get; }

    /// <summary>A cell as a row with labels at the most detailed level.</summary>
    public CountedRow RowOf(Cell cell) => new(
        [.. cell.Values.Select((value, i) => _hierarchies[i].LabelOf(value))], cell.Occurrences,
        cell.Installations.Zip(cell.Networks, (number, network) => new CountedInstallation(number, network)));

    /// <summary>The rows of one day that meet the minimum.</summary>
    public IReadOnlyList<CountedRow> Generalize(IEnumerable<CountedRow> rows) =>
        DayGeneralizer.Generalize(rows, _hierarchies, Minimum);
}
