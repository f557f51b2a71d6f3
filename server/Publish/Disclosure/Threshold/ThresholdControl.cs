// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Disclosure.Threshold;

/// <summary>
/// Publishes a row only if enough distinct installations are behind it on its day (<c>spec/published.md</c>,
/// "Threshold"; <c>docs/adr/0005-folding.md</c>). Days are independent of each other here. Cost: one query for each
/// group, and the memory of one group's cells.
/// </summary>
sealed class ThresholdControl : IDisclosureControl
{
    /// <inheritdoc/>
    public FoldedDay Fold(DayCells cells) =>
        new(cells.Day, [.. cells.Groups.Select(group => Fold(cells, group)).OfType<FoldedGroup>()]);

    // Null: the group has no events on the day.
    static FoldedGroup? Fold(DayCells cells, VersionGroup versions)
    {
        var group = new GroupThreshold(versions.Group, versions.Manifest);
        var found = new SortedSet<int>();
        var counted = new List<CountedRow>();
        foreach (var (version, cell) in cells.Read(versions))
        {
            found.Add(version);
            counted.Add(group.RowOf(cell));
        }

        if (counted.Count == 0)
            return null;
        var rows = group.Generalize(counted);
        if (rows.Any(row => row.Count < group.Minimum))
        {
            throw new InvalidOperationException(
                $"A row of {cells.Day:yyyy-MM-dd} has fewer than {group.Minimum} installations. This is a bug; " +
                "nothing was published.");
        }

        return new FoldedGroup(
            [.. found], versions.Group.Events, versions.Group.Columns, HasEventsLeftOut: rows.Count == 0,
            [.. rows.Select(row => new PublishedRow(row.Labels, row.Occurrences))]);
    }
}
