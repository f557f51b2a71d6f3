// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Folding;

/// <summary>
/// The days of a period as rows that may be published: those folded before, and the others folded from their cells. A
/// day that can't change any more is kept as it is folded here.
/// </summary>
/// <param name="source">Answers queries for cells.</param>
/// <param name="request">The publication.</param>
/// <param name="disclosure">Folds a day.</param>
sealed class PeriodDays(ICellSource source, PublishRequest request, IDisclosureControl disclosure)
{
    readonly FoldedDays? _folded = request.Folded is { } folder ? new FoldedDays(folder) : null;
    readonly IReadOnlyList<VersionGroup> _groups = VersionGroup.Of(request.Manifests);

    /// <summary>Reads the days that have begun, ascending. Cost: one query for each group and unfolded day.</summary>
    /// <exception cref="StoreException">A day can't be read completely.</exception>
    public IReadOnlyList<PeriodDay> Read(DateTimeOffset now, IProgress<PublishProgress>? progress)
    {
        var (from, to) = (request.Period.From, request.Period.To);
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var days = new List<PeriodDay>();
        var (range, keptFrom) = (_folded?.Range, source.KeptFrom(request.Manifest.Tool));
        for (var day = from; day <= to && day <= today; day = day.AddDays(1))
        {
            days.Add(Read(day, range, keptFrom, now));
            progress?.Report(new PublishProgress(days.Count, request.Period.Days, day));
        }

        return days;
    }

    PeriodDay Read(DateOnly day, FoldedRange? range, DateOnly keptFrom, DateTimeOffset now)
    {
        if (_folded?.Find(day) is { } folded)
            return new PeriodDay(day, folded);
        if (range is { } known && known.Contains(day))
            return new PeriodDay(day, new FoldedDay(day, []));
        if (day < keptFrom)
            return new PeriodDay(day, Folded: null);
        var rows = disclosure.Fold(new DayCells(source, request.Manifests, _groups, day));
        var isFinal = day <= FoldedDays.LastUnchanging(now);
        return new PeriodDay(day, isFinal && _folded is not null ? _folded.Add(rows) : rows);
    }
}

/// <summary>A day of a period.</summary>
/// <param name="Day">The day (UTC).</param>
/// <param name="Folded">Its rows; null: its events were removed before it was folded, so nothing is known of
/// it.</param>
sealed record PeriodDay(DateOnly Day, FoldedDay? Folded);
