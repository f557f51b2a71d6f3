// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Release;

/// <summary>A dataset's file under its temporary name. Disposed without <see cref="Commit"/> it leaves
/// nothing.</summary>
/// <param name="dataset">The dataset.</param>
/// <param name="writer">Writes the file; disposed with this object.</param>
sealed class StagedFile(Dataset dataset, IDatasetWriter writer) : IDisposable
{
    /// <summary>The dataset.</summary>
    public Dataset Dataset => dataset;

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

    /// <summary>Whether the file is already there with the same bytes.</summary>
    public bool IsReleased => AtomicFile.Matches(Path, Sha256);

    /// <summary>Appends a day.</summary>
    public void Write(DatasetDay day)
    {
        writer.Write(day.Day, day.Rows);
        Rows += day.Rows.Count;
        foreach (var row in day.Rows)
            Occurrences = checked(Occurrences + row.Occurrences);
        DaysLeftOut += day.HasEventsLeftOut ? 1 : 0;
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

    /// <summary>Their datasets.</summary>
    public IReadOnlyList<Dataset> Datasets { get; } = [.. files.Select(f => f.Dataset)];

    /// <summary>Appends a day to its dataset's file.</summary>
    public void Write(DatasetDay day) => files.First(f => f.Dataset == day.Dataset).Write(day);

    /// <summary>Removes the files that were not committed.</summary>
    public void Dispose()
    {
        foreach (var file in files)
            file.Dispose();
    }
}
