// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace Tallymark.Collector.Operations;

/// <summary>A finished backup.</summary>
/// <param name="Path">Its folder, which can be used as a data folder.</param>
/// <param name="Finished">When it finished.</param>
/// <param name="Tools">The tools in it.</param>
/// <param name="Files">The number of files.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Removed">Older backups that were removed.</param>
public sealed record BackupReport(
    string Path, DateTimeOffset Finished, IReadOnlyList<string> Tools, int Files, long Bytes,
    IReadOnlyList<string> Removed);

/// <summary>
/// Makes backups (<c>spec/control.md</c>) while commits continue, and reads each copy through. A backup is a folder
/// named by its time; it is complete once it has that name. It is a data folder, consistent for each tool, with a file
/// of checksums. Only one backup at a time may write to a folder. Stateless.
/// </summary>
public static class Backup
{
    /// <summary>The end of the name of a backup that is being made, or was given up.</summary>
    public const string Unfinished = ".unfinished";

    const string NameFormat = "yyyy-MM-dd'T'HH-mm-ss'Z'";
    static readonly TimeSpan MaxAge = TimeSpan.FromDays(2);

    /// <summary>Makes a backup. Cost: reads and writes the whole data folder once.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="store">The store; called on this thread.</param>
    /// <param name="tools">The tools.</param>
    /// <param name="to">The folder of backups, outside the data folder; created if it does not exist.</param>
    /// <param name="keep">The number of backups to keep, including this one; 0: all.</param>
    /// <param name="time">The clock.</param>
    /// <param name="flush">
    /// Waits until everything acknowledged for a tool is in the store; null: no collector is running, and the journal
    /// is copied.
    /// </param>
    /// <exception cref="IOException">The backup can't be written; existing backups are unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    /// <exception cref="StoreException">The store can't be copied.</exception>
    public static BackupReport Make(
        DataFolder data, IBackupSource store, IReadOnlyList<string> tools, string to, int keep, TimeProvider time,
        Action<string>? flush = null)
    {
        to = Path.GetFullPath(to);
        if ((to + Path.DirectorySeparatorChar).StartsWith(
            data.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new IOException(
                $"{to} is in the data folder. Choose a folder outside it, preferably on a different disk.");
        }

        DataFolder.Make(to);
        var path = Path.Combine(to, time.GetUtcNow().ToString(NameFormat, CultureInfo.InvariantCulture));
        var unfinished = path + Unfinished;
        if (Directory.Exists(path) || Directory.Exists(unfinished))
            throw new IOException($"{path} exists, or another backup started in the same second. Try again.");
        try
        {
            DataFolder.Make(unfinished);
            Fill(data, store, tools, unfinished, flush);
            var (files, bytes) = BackupSums.Write(unfinished);
            Directory.Move(unfinished, path);
            var now = time.GetUtcNow();
            var report = new BackupReport(path, now, tools, files, bytes, RemoveOld(to, keep, data, now));
            OwnerFile.Replace(data.LastBackup, Encoding.UTF8.GetBytes(StatusJson.Write(report) + "\n"));
            return report;
        }
        catch
        {
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true);
            throw;
        }
    }

    /// <summary>When the last backup of a data folder finished; null: never, or its report can't be read.</summary>
    internal static DateTimeOffset? Last(DataFolder data)
    {
        try
        {
            return File.Exists(data.LastBackup)
                ? StatusJson.Read<BackupReport>(File.ReadAllText(data.LastBackup)).Finished
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// A message if a backup is overdue; null: none is. A backup is overdue two days after the last one, or after the
    /// data folder got its format.
    /// </summary>
    internal static string? Overdue(DataFolder data, DateTimeOffset now)
    {
        if (Last(data) is { } last)
        {
            return now - last <= MaxAge ? null
                : $"The last backup finished on {Rfc3339.Second(last)}. Make a backup now, and check the backup "
                + "schedule.";
        }

        return DataFormat.Read(data)?.Since is not { } since || now - since <= MaxAge
            ? null
            : "No backup was ever made. Make one with `tallymark backup`, and set up a schedule.";
    }

    static void Fill(
        DataFolder data, IBackupSource store, IReadOnlyList<string> tools, string to, Action<string>? flush)
    {
        DataFolder.Make(Path.Combine(to, "tools"));
        foreach (var tool in tools)
        {
            // The totals first: a start finds later events by counting rows, but would report missing ones as lost.
            var target = Path.Combine(to, "tools", tool);
            var totals = File.Exists(data.Totals(tool)) ? File.ReadAllBytes(data.Totals(tool)) : null;
            flush?.Invoke(tool);
            CopySnapshot(store, tool, target);
            Verify(store, tool, target, data);
            if (totals is not null)
                OwnerFile.Replace(Path.Combine(target, Path.GetFileName(data.Totals(tool))), totals);
            CopyFolder(data.Manifests(tool), Path.Combine(target, "manifests"));
            CopyFolder(data.Folded(tool), Path.Combine(target, "folded"));
        }

        if (flush is null)
            CopyFolder(data.Journal, Path.Combine(to, Path.GetFileName(data.Journal)));
        CopyFolder(Path.Combine(data.Path, "settings"), Path.Combine(to, "settings"));
        foreach (var file in new[] { data.Format, data.Tokens, data.Audit }.Where(File.Exists))
            OwnerFile.Replace(Path.Combine(to, Path.GetFileName(file)), ReadShared(file));
    }

    // On return every file is on disk; only its owner can read it.
    static void CopySnapshot(IBackupSource store, string tool, string target)
    {
        DataFolder.Make(target);
        using var snapshot = store.Snapshot(tool);
        foreach (var file in snapshot.Files)
        {
            var path = Path.Combine(target, file.RelativePath);
            DataFolder.Make(Path.GetDirectoryName(path)!);
            using var from = file.Open();
            using var to = OwnerFile.Open(path, FileMode.CreateNew, FileShare.None);
            from.CopyTo(to);
            to.Flush(flushToDisk: true);
        }
    }

    // Older backups are removed only after this: a copy of a damaged file must not replace the last good one.
    static void Verify(IBackupSource store, string tool, string copy, DataFolder data)
    {
        try
        {
            store.VerifyCopy(copy);
        }
        catch (DamagedStoreException e)
        {
            var original = Path.Combine(data.Tools, tool);
            throw new DamagedStoreException(
                "No backup was made, and older backups stay: "
                + e.Message.Replace(copy, original, StringComparison.Ordinal),
                e);
        }
    }

    static void CopyFolder(string from, string to)
    {
        if (!Directory.Exists(from))
            return;
        DataFolder.Make(to);
        foreach (var file in Directory.EnumerateFiles(from))
            OwnerFile.Replace(Path.Combine(to, Path.GetFileName(file)), File.ReadAllBytes(file));
    }

    // Another thread or process may be adding a line.
    static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    // Only folders with the name of a backup and its checksums; nothing else there belongs to the collector. A clock in
    // doubt removes none, and a backup that a wrong clock named later than now does not count: it would push out those
    // that are made from now on.
    static List<string> RemoveOld(string to, int keep, DataFolder data, DateTimeOffset now)
    {
        if (keep <= 0 || data.ClockDoubt(now) is not null)
            return [];
        var removed = Directory.GetDirectories(to)
            .Where(path => DateTimeOffset.TryParseExact(
                Path.GetFileName(path), NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
                out var made) && made <= now)
            .Where(BackupSums.IsIn)
            .OrderDescending(StringComparer.Ordinal).Skip(keep).ToList();
        foreach (var path in removed)
            Directory.Delete(path, recursive: true);
        return removed;
    }
}
