// SPDX-License-Identifier: MIT

namespace Tallymark.Publish;

/// <summary>
/// Folds the days of a tool that can't change any more (<see cref="FoldedDays"/>), before the store removes their
/// events. One thread at a time for each tool.
/// </summary>
/// <param name="folderOf">The folder of a tool's folded days.</param>
public sealed class DayFolding(Func<string, string> folderOf) : IDayFolding
{
    readonly IDisclosureControl _disclosure = new ThresholdControl();

    /// <inheritdoc/>
    public bool IsDue(IReadOnlyList<ToolManifest> manifests, DateTimeOffset now)
    {
        var folded = new FoldedDays(folderOf(manifests[^1].Tool));
        return VersionGroup.Of(manifests).Count > 0
            && !(folded.Range is { } range && range.Through >= FoldedDays.LastUnchanging(now));
    }

    /// <inheritdoc/>
    public void FoldDue(
        IReadOnlyList<ToolManifest> manifests, ICellReader store, DateTimeOffset now, CancellationToken cancel)
    {
        var tool = manifests[^1].Tool;
        var folded = new FoldedDays(folderOf(tool));
        var (range, last) = (folded.Range, FoldedDays.LastUnchanging(now));
        var from = range is { } known ? known.Through.AddDays(1) : store.KeptFrom(tool);
        if (from > last)
            return;
        var groups = VersionGroup.Of(manifests);
        var source = new StoreCells(store);
        foreach (var day in DaysWithEvents(store, tool, groups, from, last))
        {
            cancel.ThrowIfCancellationRequested();
            if (folded.Find(day) is null)
                _ = folded.Add(_disclosure.Fold(new DayCells(source, manifests, groups, day)));
        }

        folded.SetRange(new FoldedRange(range?.From ?? from, last));
    }

    static SortedSet<DateOnly> DaysWithEvents(
        ICellReader store, string tool, IReadOnlyList<VersionGroup> groups, DateOnly from, DateOnly last)
    {
        var days = new SortedSet<DateOnly>();
        foreach (var group in groups)
        {
            var query = group.QueryOf(last) with { Columns = [], From = from };
            days.UnionWith(store.Totals(tool, query).Select(total => total.Day));
        }

        return days;
    }
}
