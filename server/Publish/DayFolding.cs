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
            && !(folded.Range is { } range && range.Through >= Period.LastUnchanging(now));
    }

    /// <inheritdoc/>
    public void FoldDue(
        IReadOnlyList<ToolManifest> manifests, ICellReader store, DateTimeOffset now, CancellationToken cancel)
    {
        var tool = manifests[^1].Tool;
        var folded = new FoldedDays(folderOf(tool));
        var (range, last) = (folded.Range, Period.LastUnchanging(now));
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

    /// <summary>Reads every folded day of a tool, to find damage.</summary>
    /// <returns>The files that can't be read, and why.</returns>
    public IEnumerable<(string File, string Problem)> Verify(string tool) => new FoldedDays(folderOf(tool)).Verify();

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
