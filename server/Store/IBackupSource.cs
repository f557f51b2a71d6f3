// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>
/// The role that offers a tool's data for a backup. The caller copies, syncs and reports. Thread-safe.
/// </summary>
public interface IBackupSource
{
    /// <summary>
    /// Everything that the store has of the tool, as of one moment; no files if it has none. Commits continue. Dispose
    /// the snapshot soon: pending deletions complete only afterwards. Cost: milliseconds in which commits wait, and up
    /// to writing the tool's rollups once.
    /// </summary>
    /// <exception cref="StoreException">A snapshot can't be made now.</exception>
    IBackupSnapshot Snapshot(string tool);

    /// <summary>
    /// Reads a copy of the files of a snapshot from its first to its last byte, as a restored store would. Cost:
    /// reading them once. Does not change them.
    /// </summary>
    /// <param name="folder">The folder with the copies, at the relative paths of the snapshot.</param>
    /// <exception cref="DamagedStoreException">A file is damaged; the message names the copy.</exception>
    /// <exception cref="StoreException">The copies can't be read now.</exception>
    void VerifyCopy(string folder);
}

/// <summary>Files that do not change until the snapshot is disposed. Dispose on any thread.</summary>
public interface IBackupSnapshot : IDisposable
{
    /// <summary>
    /// The files. To restore the tool, put copies of all of them, at the same relative paths, into its folder.
    /// </summary>
    IReadOnlyList<BackupFile> Files { get; }
}

/// <summary>One file of a snapshot.</summary>
/// <param name="RelativePath">The path in the tool's folder, with <c>/</c>.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Open">
/// Opens it for reading from the start; the caller disposes the stream. May throw <see cref="IOException"/>.
/// </param>
public sealed record BackupFile(string RelativePath, long Length, Func<Stream> Open);
