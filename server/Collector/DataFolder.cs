// SPDX-License-Identifier: MIT

namespace Tallymark.Collector;

/// <summary>
/// The data folder of a collector: its paths (<c>spec/control.md</c>), its modes and its lock. The folder is 0700 and
/// its files 0600, so only the collector's own user can read them. Immutable. Thread-safe.
/// </summary>
public sealed class DataFolder
{
    /// <summary>The mode of folders.</summary>
    internal const UnixFileMode FolderMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    DataFolder(string path) => Path = path;

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    /// <summary>The folder with one folder per tool.</summary>
    public string Tools => System.IO.Path.Combine(Path, "tools");

    /// <summary>The folder of batches that are acknowledged and not yet in the store.</summary>
    internal string Journal => System.IO.Path.Combine(Path, "journal");

    /// <summary>
    /// The journal's files that could not be read completely. The operator examines and deletes them.
    /// </summary>
    public IReadOnlyList<string> DamagedJournals => Directory.Exists(Journal)
        ? [.. Directory.EnumerateFiles(Journal, "*.damaged").Order(StringComparer.Ordinal)]
        : [];

    /// <summary>
    /// True if a collector ended before everything it had acknowledged was in the store. The next start completes
    /// that; until then the store's contents are not complete.
    /// </summary>
    public bool HasJournal => new JournalFolder(Journal).Numbers().Count > 0;

    /// <summary>The control socket.</summary>
    public string Socket => System.IO.Path.Combine(Path, "collector.sock");

    /// <summary>The hashes of access tokens.</summary>
    public string Tokens => System.IO.Path.Combine(Path, "tokens.json");

    /// <summary>The keys of the buckets of networks; in no backup.</summary>
    internal string NetworkKeys => System.IO.Path.Combine(Path, "network-keys.tsv");

    /// <summary>The version of the folder's format.</summary>
    internal string Format => System.IO.Path.Combine(Path, "format.json");

    /// <summary>The report of the last backup.</summary>
    internal string LastBackup => System.IO.Path.Combine(Path, "backup.json");

    /// <summary>When the collector last ran.</summary>
    internal string Clock => System.IO.Path.Combine(Path, "clock.json");

    /// <summary>How far the store's files were read through, and which are damaged.</summary>
    internal string Reading => System.IO.Path.Combine(Path, "reading.json");

    /// <summary>The audit log.</summary>
    internal string Audit => System.IO.Path.Combine(Path, "audit.ndjson");

    /// <summary>Locked by the process that writes the audit log.</summary>
    internal string AuditLock => System.IO.Path.Combine(Path, "audit.lock");

    string Lock => System.IO.Path.Combine(Path, "collector.lock");

    /// <summary>The folder of a tool's accepted manifests.</summary>
    /// <param name="tool">The name from a checked manifest.</param>
    public string Manifests(string tool) => System.IO.Path.Combine(Tools, tool, "manifests");

    /// <summary>The folder of a tool's folded days.</summary>
    /// <param name="tool">The name from a checked manifest.</param>
    public string Folded(string tool) => System.IO.Path.Combine(Tools, tool, "folded");

    /// <summary>The file of a tool's totals.</summary>
    /// <param name="tool">The name from a checked manifest.</param>
    internal string Totals(string tool) => System.IO.Path.Combine(Tools, tool, "totals.json");

    /// <summary>The file with the operator's settings for a tool's installations.</summary>
    /// <param name="tool">The name from a checked manifest.</param>
    internal string Settings(string tool) => System.IO.Path.Combine(Path, "settings", tool + ".json");

    /// <summary>
    /// Why a clock can't be right, judged by the time at which the collector last ran, and what to do; null: it agrees.
    /// Ask before anything that depends on the date and can't be undone.
    /// </summary>
    public string? ClockDoubt(DateTimeOffset now) => ClockWitness.DoubtOf(this, now);

    /// <summary>Creates the folder if it does not exist, and removes other users' access to it.</summary>
    /// <exception cref="IOException">
    /// The folder can't be created, or a newer version of tallymark wrote it.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The folder belongs to another user.</exception>
    public static DataFolder Open(string path)
    {
        var folder = new DataFolder(System.IO.Path.GetFullPath(path));
        Make(folder.Path);
        DataFormat.Read(folder);
        return folder;
    }

    /// <summary>An existing folder, to read only; it may be a backup on a read-only disk.</summary>
    public static DataFolder ToRead(string path) => new(System.IO.Path.GetFullPath(path));

    /// <summary>Creates a folder that only its owner may enter; on return its name is on disk.</summary>
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
    /// Locks the folder until the result is disposed or the process ends, even by a kill. A running collector holds the
    /// lock all the time; a command that opens the store itself takes the lock first.
    /// </summary>
    /// <returns>Null if another process holds the lock.</returns>
    /// <exception cref="IOException">The lock file can't be written.</exception>
    public IDisposable? TryLock()
    {
        try
        {
            return OwnerFile.Open(Lock, FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException) when (IsLocked())
        {
            return null;
        }
    }

    // The owner of the lock denies reading too; a read-only disk does not. That tells the two failures apart.
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
}
