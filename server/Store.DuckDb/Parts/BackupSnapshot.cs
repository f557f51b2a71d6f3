// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Parts;

/// <summary>The files of a tool as of one snapshot. Owns the parts and the copy of the rollups.</summary>
sealed class BackupSnapshot : IBackupSnapshot
{
    readonly SealedParts _parts;
    readonly IDisposable _use;
    readonly string _rollups;

    /// <summary>Lists the files. The notes of deletions change in place, so their content is read now.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="rollups">A copy of the rollups, deleted on dispose.</param>
    /// <param name="rollupsName">The path that the copy gets in a restored folder.</param>
    /// <param name="notes">The files of deletions.</param>
    /// <param name="use">Keeps the tool open; ends with the snapshot.</param>
    /// <exception cref="StoreException">A file can't be read.</exception>
    public BackupSnapshot(SealedParts parts, string rollups, string rollupsName, IEnumerable<string> notes,
        IDisposable use)
    {
        (_parts, _rollups, _use) = (parts, rollups, use);
        try
        {
            Files =
            [
                .. parts.Paths.Select(path => FileOf($"parts/{Path.GetFileName(path)}", path)),
                FileOf(Path.GetFileName(rollupsName), rollups),
                .. notes.Select(path => InMemory(Path.GetFileName(path), File.ReadAllBytes(path))),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(rollups);
            throw new StoreException(
                $"{Path.GetDirectoryName(rollups)}: the files can't be listed for a backup. {e.Message}", e);
        }
    }

    public IReadOnlyList<BackupFile> Files { get; }

    public void Dispose()
    {
        _parts.Dispose();
        File.Delete(_rollups);
        _use.Dispose();
    }

    static BackupFile InMemory(string name, byte[] content) =>
        new(name, content.Length, () => new MemoryStream(content, writable: false));

    static BackupFile FileOf(string relativePath, string path) => new(
        relativePath, new FileInfo(path).Length,
        () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
}
