// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>
/// Opens and replaces files that only their owner can access (0600). Failures are those of the file system.
/// </summary>
public static class OwnerFile
{
    /// <summary>The mode of such a file.</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The mode of a folder that only its owner may enter.</summary>
    public const UnixFileMode FolderMode = Mode | UnixFileMode.UserExecute;

    /// <summary>Opens a file for reading and writing; a new one gets <see cref="Mode"/>.</summary>
    /// <exception cref="IOException">It can't be opened, or another process denies it.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to another user.</exception>
    public static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Mode;
        return new FileStream(path, options);
    }

    /// <summary>
    /// Replaces a file atomically: writes and flushes <c>PATH.new</c>, renames it, and flushes the folder. On return it
    /// is durable; a crash leaves the old or the new content.
    /// </summary>
    /// <exception cref="IOException">The old content is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder belongs to another user.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        using (var file = Open(temporary, FileMode.Create, FileShare.None))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        SyncedFolder.Sync(Path.GetDirectoryName(path)!);
    }

    /// <summary>
    /// Creates a file atomically, unless it exists: of several processes at once, one succeeds. On return it is
    /// durable.
    /// </summary>
    /// <returns>False if the file exists; its content is unchanged.</returns>
    /// <exception cref="IOException">No file was created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder belongs to another user.</exception>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.new";
        try
        {
            using (var file = Open(temporary, FileMode.CreateNew, FileShare.None))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            SyncedFolder.MoveNew(temporary, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
            return false;
        }

        SyncedFolder.Sync(Path.GetDirectoryName(path)!);
        return true;
    }
}
