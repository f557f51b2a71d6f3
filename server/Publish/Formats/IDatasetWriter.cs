// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Formats;

/// <summary>
/// Writes one dataset and period in one file format. The file gets its name only by <see cref="Commit"/>; disposing
/// without it removes everything written. One thread at a time.
/// </summary>
interface IDatasetWriter : IDisposable
{
    /// <summary>The path that the file will have.</summary>
    string Path { get; }

    /// <summary>The SHA-256 of the whole file, in lower-case hexadecimal. Read it only after the last row.</summary>
    string Sha256 { get; }

    /// <summary>Appends the rows of a day, in their order. Days must ascend.</summary>
    /// <exception cref="InvalidOperationException">The format can't represent a value. No manifest allows such a value,
    /// so this is a bug.</exception>
    void Write(DateOnly day, IReadOnlyList<PublishedRow> rows);

    /// <summary>Flushes the file to the disk and gives it its name, replacing a file with that name.</summary>
    void Commit();
}
