// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Release;

/// <summary>A dataset's file under its temporary name. Disposed without <see cref="Commit"/> it leaves
/// nothing.</summary>
/// <param name="period">The dataset.</param>
/// <param name="writer">Writes the file; disposed with this object.</param>
sealed class StagedFile(PeriodDataset period, IDatasetWriter writer) : IDisposable
{
    /// <summary>The dataset with the columns of all its versions.</summary>
    public Dataset Dataset => period.Dataset;

    /// <summary>The dataset in all its versions.</summary>
    public PeriodDataset Period => period;

    /// <summary>The path that the file will have.</summary>
    public string Path => writer.Path;

    /// <summary>The SHA-256 of the complete file.</summary>
    public string Sha256 => writer.Sha256;

    /// <summary>Rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>The sum of their occurrences.</summary>
    public long Occurrences { get; private set; }

    /// <summary>The number of days from which events are missing.</summary>
    public int DaysLeftOut { get; private set; }

    /// <summary>The number of days on which no event of the dataset happened.</summary>
    public int DaysWithoutEvents { get; private set; }

    /// <summary>The number of days of which nothing is known, because their events were not kept.</summary>
    public int DaysNotKept { get; private set; }

    /// <summary>Whether the file is already there with the same bytes.</summary>
    public bool IsReleased => AtomicFile.Matches(Path, Sha256);

    /// <summary>Appends a day.</summary>
    public void Write(PeriodDay of)
    {
        if (of.Folded is null)
        {
            DaysNotKept++;
            return;
        }

        var day = period.RowsOf(of.Folded);
        writer.Write(day.Day, day.Rows);
        Rows += day.Rows.Count;
        foreach (var row in day.Rows)
            Occurrences = checked(Occurrences + row.Occurrences);
        DaysLeftOut += day.HasEventsLeftOut ? 1 : 0;
        DaysWithoutEvents += day.Rows.Count == 0 && !day.HasEventsLeftOut ? 1 : 0;
    }

    /// <summary>Gives the file its name.</summary>
    public void Commit() => writer.Commit();

    /// <summary>Removes the file unless it was committed.</summary>
    public void Dispose() => writer.Dispose();
}

/// <summary>The staged files of one publication, in the manifest's order of datasets.</summary>
sealed class StagedFiles(IReadOnlyList<StagedFile> files) : IDisposable
{
    /// <summary>The files.</summary>
    public IReadOnlyList<StagedFile> Files => files;

    /// <summary>Appends a day to every file.</summary>
    public void Write(PeriodDay day)
    {
        foreach (var file in files)
            file.Write(day);
    }

    /// <summary>Removes the files that were not committed.</summary>
    public void Dispose()
    {
        foreach (var file in files)
            file.Dispose();
    }
}
