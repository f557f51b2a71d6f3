// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.DuckDb.Files;

/// <summary>
/// Writes small files and names that survive a power failure: syncs the files and the folders that name them. Only the
/// owner can access the files (0600). Every failure is a <see cref="StoreException"/> that names the file.
/// </summary>
static class DurableFile
{
    /// <summary>
    /// The complete lines of a file; none if it does not exist. An incomplete last line was never acknowledged.
    /// </summary>
    public static IReadOnlyList<string> ReadLines(string path) => Try(path, () =>
    {
        if (!File.Exists(path))
            return [];
        var text = File.ReadAllText(path);
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    });

    /// <summary>Appends complete lines; on return they are durable.</summary>
    public static void Append(string path, string lines) => Try(path, () =>
    {
        var isNew = !File.Exists(path);
        using (var file = OwnerFile.Open(path, FileMode.OpenOrCreate, FileShare.Read))
        {
            CutTornLine(file);
            file.Write(Encoding.UTF8.GetBytes(lines));
            file.Flush(flushToDisk: true);
        }

        if (isNew)
            SyncedFolder.Sync(Path.GetDirectoryName(path)!);
        return true;
    });

    /// <summary>Replaces the file's text atomically; an empty text deletes the file.</summary>
    public static void Replace(string path, string text) => Try(path, () =>
    {
        if (text.Length > 0)
        {
            OwnerFile.Replace(path, Encoding.UTF8.GetBytes(text));
        }
        else
        {
            File.Delete(path);
            SyncedFolder.Sync(Path.GetDirectoryName(path)!);
        }

        return true;
    });

    /// <summary>Renames a complete, synced file; on return the name is durable.</summary>
    public static void Move(string from, string to) => Try(to, () =>
    {
        File.Move(from, to, overwrite: true);
        SyncedFolder.Sync(Path.GetDirectoryName(to)!);
        return true;
    });

    /// <summary>Creates a folder and its parents; only the owner can access it.</summary>
    public static void CreateFolder(string path) => Try(path, () =>
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerFile.Mode | UnixFileMode.UserExecute);
        return true;
    });

    /// <summary>Syncs a folder; on return its names are durable.</summary>
    public static void SyncFolder(string path) => Try(path, () =>
    {
        SyncedFolder.Sync(path);
        return true;
    });

    /// <summary>Removes the access of other users from a file that DuckDB created with the process's umask.</summary>
    public static void Protect(string path)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(path))
            File.SetUnixFileMode(path, OwnerFile.Mode);
    }

    /// <summary>The length of a file; 0 if it does not exist. Bytes.</summary>
    public static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    // A partial line of a write that a crash interrupted must not become the start of the next line.
    static void CutTornLine(FileStream file)
    {
        while (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() == '\n')
                break;
            file.SetLength(file.Length - 1);
        }

        file.Seek(0, SeekOrigin.End);
    }

    static T Try<T>(string path, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"{path}: {e.Message} Make sure that the volume has free space and that this user owns the data " +
                "folder; acknowledged events are safe.",
                e);
        }
    }
}
