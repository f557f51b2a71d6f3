// SPDX-License-Identifier: MIT
// Small files and names that must outlast a power cut: written, synced, and so are the folders that name them.

using System.Text;

namespace Tallymark.DuckDb.Files;

/// <summary>Files of the owner alone (0600). Every failure is a <see cref="StoreException"/> that names the file.</summary>
static class DurableFile
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The whole lines of a file of lines; none if it is not there. A last one without its end was never acknowledged.</summary>
    public static IReadOnlyList<string> ReadLines(string path) => Try(path, () =>
    {
        if (!File.Exists(path))
            return [];
        var text = File.ReadAllText(path);
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    });

    /// <summary>Appends whole lines; on return they are on disk.</summary>
    public static void Append(string path, string lines) => Try(path, () =>
    {
        var isNew = !File.Exists(path);
        using (var file = Open(path, FileMode.OpenOrCreate))
        {
            CutTornLine(file);
            file.Write(Encoding.UTF8.GetBytes(lines));
            file.Flush(flushToDisk: true);
        }

        if (isNew)
            SyncedFolder.Sync(Path.GetDirectoryName(path)!);
        return true;
    });

    /// <summary>Gives the file this text, whole or not at all; no text: deletes it.</summary>
    public static void Replace(string path, string text) => Try(path, () =>
    {
        if (text.Length == 0)
        {
            File.Delete(path);
        }
        else
        {
            var temporary = $"{path}.new";
            using (var file = Open(temporary, FileMode.Create))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }

        SyncedFolder.Sync(Path.GetDirectoryName(path)!);
        return true;
    });

    /// <summary>Copies a file; on return the copy is on disk.</summary>
    public static void Copy(string from, string to) => Try(to, () =>
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var target = Open(to, FileMode.CreateNew);
        source.CopyTo(target);
        target.Flush(flushToDisk: true);
        return true;
    });

    /// <summary>Gives a complete, synced file its name; on return the name is on disk.</summary>
    public static void Move(string from, string to) => Try(to, () =>
    {
        File.Move(from, to, overwrite: true);
        SyncedFolder.Sync(Path.GetDirectoryName(to)!);
        return true;
    });

    /// <summary>Makes a folder, and those above it, that only its owner may enter.</summary>
    public static void MakeFolder(string path) => Try(path, () =>
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        return true;
    });

    /// <summary>On return the names in a folder are on disk.</summary>
    public static void SyncFolder(string path) => Try(path, () =>
    {
        SyncedFolder.Sync(path);
        return true;
    });

    /// <summary>Closes a file that DuckDB made to everybody else: it makes them with the process's mask.</summary>
    public static void Protect(string path)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(path))
            File.SetUnixFileMode(path, OwnerOnly);
    }

    static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    // A write that a crash cut off must not become the beginning of the next line.
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
                $"{path}: {e.Message} See that the volume has room and that this user owns the data folder; what was acknowledged is safe.", e);
        }
    }
}
