// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Folding;

/// <summary>
/// The days of a period that can't change any more, as rows that may be published: those folded before, and the others
/// folded from their cells, once. A later day is in no file, not even in a preview: two looks at it could be subtracted
/// from each other (docs/adr/0026-previews.md).
/// </summary>
/// <param name="source">Answers queries for cells.</param>
/// <param name="request">The publication.</param>
/// <param name="disclosure">Folds a day.</param>
sealed class PeriodDays(ICellSource source, PublishRequest request, IDisclosureControl disclosure)
{
    readonly FoldedDays _folded = new(request.Folded);
    readonly IReadOnlyList<VersionGroup> _groups = VersionGroup.Of(request.Manifests);

    /// <summary>Reads the days, ascending. Cost: one query for each group and unfolded day.</summary>
    /// <exception cref="StoreException">A day can't be read completely.</exception>
    public IReadOnlyList<PeriodDay> Read(DateTimeOffset now, IProgress<PublishProgress>? progress)
    {
        var (from, to) = (request.Period.From, request.Period.LastShown(now));
        var days = new List<PeriodDay>();
        var (range, keptFrom) = (_folded.Range, source.KeptFrom(request.Manifest.Tool));
        for (var day = from; day <= to; day = day.AddDays(1))
        {
            days.Add(Read(day, range, keptFrom));
            progress?.Report(new PublishProgress(days.Count, to.DayNumber - from.DayNumber + 1, day));
        }

        return days;
    }

    PeriodDay Read(DateOnly day, FoldedRange? range, DateOnly keptFrom)
    {
        if (_folded.Find(day) is { } folded)
            return new PeriodDay(day, folded);
        if (range is { } known && known.Contains(day))
            return new PeriodDay(day, new FoldedDay(day, []));
        if (day < keptFrom)
            return new PeriodDay(day, Folded: null);
        return new PeriodDay(
            day, _folded.Add(disclosure.Fold(new DayCells(source, request.Manifests, _groups, day))));
    }
}

/// <summary>A day of a period.</summary>
/// <param name="Day">The day (UTC).</param>
/// <param name="Folded">Its rows; null: its events were removed before it was folded, so nothing is known of
/// it.</param>
sealed record PeriodDay(DateOnly Day, FoldedDay? Folded);
