// SPDX-License-Identifier: MIT
// From a store's cells to a public folder of files.

namespace Tallymark.Publish;

/// <summary>
/// Publishes a period of a tool. One thread at a time; a second publisher of the same folder is refused.
/// <list type="number">
/// <item>Refuse what may not be published.</item>
/// <item>Take the folder.</item>
/// <item>Fold each day into the datasets' files, under temporary names.</item>
/// <item>Compare with what was released: that never changes.</item>
/// <item>Give the files their names, the indexes last, so that whatever an index names is there.</item>
/// </list>
/// Cost: one query a day and family of datasets, and the memory of one day's cells.
/// </summary>
/// <param name="cells">Where the cells come from.</param>
/// <param name="clock">Says whether the period is closed.</param>
public sealed class Publisher(ICellSource cells, TimeProvider clock)
{
    /// <summary>Publishes.</summary>
    /// <returns>The files, in the manifest's order of datasets.</returns>
    /// <exception cref="PublishException">Refused; no file was released or changed.</exception>
    /// <exception cref="StoreException">The cells can't be had; the same.</exception>
    /// <exception cref="IOException">The folder can't be written. A file is there whole or not at all; publishing
    /// again completes it.</exception>
    public IReadOnlyList<PublishedFile> Publish(PublishRequest request, IProgress<PublishProgress>? progress = null)
    {
        var now = clock.GetUtcNow();
        Refuse(request, now);                                                       // 1
        var folder = new PublicFolder(request);
        using var mine = folder.Take();                                             // 2
        var drafts = folder.Begin();
        try
        {
            Count(request, drafts, progress);                                       // 3
            folder.Compare(drafts);                                                 // 4
            return folder.Release(drafts.Where(d => request.Dataset is null || d.Is(request.Dataset)), now); // 5
        }
        finally
        {
            foreach (var draft in drafts)
                draft.Dispose();
        }
    }

    static void Refuse(PublishRequest request, DateTimeOffset now)
    {
        var (manifest, period) = (request.Manifest, request.Period);
        if (manifest.Datasets.Count == 0)
            throw new PublishException($"The manifest of {manifest.Tool} has no datasets: nothing to publish.");
        List<string> names = [.. manifest.Datasets.Select(d => d.Name)];
        if (request.Dataset is { } name && !names.Contains(name, StringComparer.Ordinal))
            throw new PublishException($"{manifest.Tool} has no dataset {name}; it has {string.Join(", ", names)}.");

        if (Period.Of(now).From < period.From)
            throw new PublishException($"Period {period} has not begun; it begins on {period.From:yyyy-MM-dd}.");
        if (!request.Provisional && !period.IsClosed(now))
        {
            throw new PublishException(
                $"Period {period} is open: events of it are taken until {period.Closes:yyyy-MM-dd} 00:00 UTC, and " +
                "what is released never changes. Publish it from then on, or look into it with --provisional.");
        }

        if (request.Provisional && period.IsClosed(now))
        {
            throw new PublishException(
                $"Period {period} is closed since {period.Closes:yyyy-MM-dd}; publish it without --provisional.");
        }
    }

    void Count(PublishRequest request, IReadOnlyList<Draft> drafts, IProgress<PublishProgress>? progress)
    {
        var (manifest, period) = (request.Manifest, request.Period);
        var installation = Rollup.InstallationOf(manifest)!; // one with datasets has it: spec/manifest.md, datasets
        List<Family> families = [.. Family.Of(manifest).Where(f => drafts.Any(d => d.Shows(f)))];
        var done = 0;
        for (var day = period.From; day <= period.To; day = day.AddDays(1))
        {
            foreach (var family in families)
            {
                List<Row> rows = [.. cells.Cells(manifest.Tool, family.Query(day, installation)).Select(family.RowOf)];
                var folded = DayFold.Fold(rows, family.Hierarchies, family.Minimum);
                foreach (var draft in drafts.Where(d => d.Shows(family)))
                    draft.Add(family, folded, leftOut: rows.Count > 0 && folded.Count == 0);
                progress?.Report(new PublishProgress(++done, period.Days * families.Count, day));
            }

            foreach (var draft in drafts)
                draft.EndDay(day);
        }
    }
}
