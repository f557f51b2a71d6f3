// SPDX-License-Identifier: MIT

namespace Tallymark.Publish;

/// <summary>
/// Publishes a period of a tool. One thread at a time; a second publisher of the same folder is refused.
/// <list type="number">
/// <item>Refuse what must not be published.</item>
/// <item>Lock the folder.</item>
/// <item>Read the period's days as rows that may be published: folded before, or now (disclosure control).</item>
/// <item>Find the datasets of all versions of the manifest that have events in the period.</item>
/// <item>Write a file for each dataset, under a temporary name.</item>
/// <item>Compare with the released files, which never change.</item>
/// <item>Give the files their names and write the indexes last, so that every file named by an index exists.</item>
/// </list>
/// Cost: one query for each unfolded day and dataset group, the memory of one day's cells and of the period's rows.
/// </summary>
/// <param name="source">Answers queries for cells.</param>
/// <param name="clock">Decides whether the period is closed.</param>
public sealed class Publisher(ICellSource source, TimeProvider clock)
{
    readonly IDisclosureControl _disclosure = new ThresholdControl();

    /// <summary>Publishes a period.</summary>
    /// <returns>The files, in the manifest's order of datasets.</returns>
    /// <exception cref="PublishException">Refused; no file was released or changed.</exception>
    /// <exception cref="StoreException">The cells can't be read; no file was released or changed.</exception>
    /// <exception cref="IOException">The folder can't be written. Each file exists completely or not at all; publishing
    /// again completes the release.</exception>
    public IReadOnlyList<PublishedFile> Publish(PublishRequest request, IProgress<PublishProgress>? progress = null)
    {
        var now = clock.GetUtcNow();
        CheckRequest(request, now);                                                          // 1
        var folder = new PublicFolder(request);
        using var folderLock = folder.Lock();                                                // 2
        var days = new PeriodDays(source, request, _disclosure).Read(now, progress);         // 3
        var datasets = PeriodDataset.Of(days, request);                                      // 4
        CheckDataset(request, datasets);
        using var staged = folder.Stage(datasets);                                           // 5
        foreach (var day in days)
            staged.Write(day);
        folder.CheckReleased(staged);                                                        // 6
        return folder.Release(staged, now);                                                  // 7
    }

    static void CheckRequest(PublishRequest request, DateTimeOffset now)
    {
        var (manifest, period) = (request.Manifest, request.Period);
        List<string> names =
            [.. request.Manifests.Reverse().SelectMany(m => m.Datasets).Select(d => d.Name)
                .Distinct(StringComparer.Ordinal)];
        if (names.Count == 0)
            throw new PublishException($"The manifest of {manifest.Tool} has no datasets; nothing can be published.");
        if (request.Dataset is { } name && !names.Contains(name, StringComparer.Ordinal))
        {
            throw new PublishException(
                $"{manifest.Tool} has no dataset {name}. Its datasets: {string.Join(", ", names)}.");
        }

        if (Period.Of(now).From < period.From)
            throw new PublishException($"Period {period} has not begun. It begins on {period.From:yyyy-MM-dd}.");
        if (!request.Provisional && !period.IsClosed(now))
        {
            throw new PublishException(
                $"Period {period} is open: the collector accepts its events until {period.Closes:yyyy-MM-dd} 00:00 " +
                "UTC, and released files never change. Publish it after that, or preview with --provisional the days " +
                "that can't change any more.");
        }

        if (request.Provisional && period.IsClosed(now))
        {
            throw new PublishException(
                $"Period {period} has been closed since {period.Closes:yyyy-MM-dd}. Publish it without --provisional.");
        }

        if (request.Provisional && request.Dataset is not null)
        {
            throw new PublishException(
                "A preview has all datasets, so that no two of them are of different days. Leave out --dataset.");
        }
    }

    static void CheckDataset(PublishRequest request, IReadOnlyList<PeriodDataset> datasets)
    {
        if (request.Dataset is not { } name || datasets.Any(d => d.Dataset.Name == name))
            return;
        throw new PublishException(
            $"No event of {request.Period} was recorded under a version of the manifest that has dataset {name}. " +
            $"The period's datasets: {string.Join(", ", datasets.Select(d => d.Dataset.Name))}.");
    }
}
