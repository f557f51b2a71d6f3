// SPDX-License-Identifier: MIT
// The collector's folder: which path is what (spec/control.md), who may read it, and the lock of its one owner.

namespace Tallymark.Collector;

/// <summary>
/// The data folder of a collector. The folder is 0700 and its files 0600, so that only the operator's own user reads
/// them. Immutable and safe for any thread.
/// </summary>
public sealed class DataFolder
{
    /// <summary>Mode of folders.</summary>
    internal const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Mode of files.</summary>
    internal const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    DataFolder(string path) => Path = path;

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    /// <summary>Where each tool has a folder of its own.</summary>
    public string Tools => System.IO.Path.Combine(Path, "tools");

    /// <summary>Where batches lie between their acknowledgement and the store.</summary>
    internal string Journal => System.IO.Path.Combine(Path, "journal");

    /// <summary>
    /// Whether a collector ended without bringing all that it had acknowledged into the store: the next start does, before anybody should ask the store.
    /// </summary>
    public bool HasJournal => new JournalFolder(Journal).Numbers().Count > 0;

    /// <summary>The control socket.</summary>
    public string Socket => System.IO.Path.Combine(Path, "collector.sock");

    /// <summary>Hashes of access tokens.</summary>
    public string Tokens => System.IO.Path.Combine(Path, "tokens.json");

    string Lock => System.IO.Path.Combine(Path, "collector.lock");

    /// <summary>Where the accepted manifests of a tool lie. The name must be of a checked manifest.</summary>
    public string Manifests(string tool) => System.IO.Path.Combine(Tools, tool, "manifests");

    /// <summary>A tool's totals. The name must be of a checked manifest.</summary>
    internal string Totals(string tool) => System.IO.Path.Combine(Tools, tool, "totals.json");

    /// <summary>What the last backup came to.</summary>
    internal string LastBackup => System.IO.Path.Combine(Path, "backup.json");

    /// <summary>Who did what.</summary>
    internal string Audit => System.IO.Path.Combine(Path, "audit.ndjson");

    /// <summary>What the operator wants a tool's installations to leave out. The name must be of a checked manifest.</summary>
    internal string Settings(string tool) => System.IO.Path.Combine(Path, "settings", tool + ".json");

    /// <summary>Makes the folder if it is not there and closes it to others if it is open to them.</summary>
    /// <exception cref="IOException">It can't be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else.</exception>
    public static DataFolder Open(string path)
    {
        var folder = new DataFolder(System.IO.Path.GetFullPath(path));
        Make(folder.Path);
        return folder;
    }

    /// <summary>Makes a folder inside that only its owner may enter; on return its name is on disk.</summary>
    internal static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        var isNew = !Directory.Exists(path);
        Directory.CreateDirectory(path, FolderMode);
        if (File.GetUnixFileMode(path) != FolderMode)
            File.SetUnixFileMode(path, FolderMode);
        if (isNew)
            SyncedFolder.Sync(System.IO.Path.GetDirectoryName(path)!);
    }

    /// <summary>
    /// Writes a file whole or not at all, readable for its owner alone: a temporary name, flush, rename, and the folder flushed too.
    /// </summary>
    internal static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        using (var file = OpenFile(temporary, FileMode.Create))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        SyncedFolder.Sync(System.IO.Path.GetDirectoryName(path)!);
    }

    /// <summary>
    /// Takes the folder for oneself, until the result is disposed or the process ends, however it ends. A running
    /// collector has it all the time; a command that opens the store itself takes it first.
    /// </summary>
    /// <returns>Null if somebody else has it.</returns>
    /// <exception cref="IOException">It can't be written.</exception>
    public IDisposable? TryLock()
    {
        try
        {
            return OpenFile(Lock, FileMode.OpenOrCreate);
        }
        catch (IOException) when (IsLocked())
        {
            return null;
        }
    }

    // Whoever has it lets nobody read it either, which a disk does that can only be read.
    bool IsLocked()
    {
        try
        {
            File.OpenHandle(Lock).Dispose();
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Opens a file for writing, for its owner alone and nobody else at the same time.</summary>
    /// <exception cref="IOException">Somebody else has it open, or it can't be made.</exception>
    internal static FileStream OpenFile(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }
}
