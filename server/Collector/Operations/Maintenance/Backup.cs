// SPDX-License-Identifier: MIT
// A consistent copy of a data folder, beside commits that go on (spec/control.md).

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Collector.Operations;

/// <summary>What a backup came to.</summary>
/// <param name="Path">The folder: a data folder of its own.</param>
/// <param name="Finished">When it was finished.</param>
/// <param name="Tools">The tools that are in it.</param>
/// <param name="Files">How many files.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Removed">Older backups that were removed.</param>
public sealed record BackupReport(
    string Path, DateTimeOffset Finished, IReadOnlyList<string> Tools, int Files, long Bytes, IReadOnlyList<string> Removed);

/// <summary>
/// Makes backups. Each is a folder named by its time, complete as soon as it has that name: a data folder as it was at one
/// moment for each tool, with a file of checksums. Not safe for several at once into one folder. Stateless.
/// </summary>
public static class Backup
{
    const string NameFormat = "yyyy-MM-dd'T'HH-mm-ss'Z'";
    const string Unfinished = ".unfinished";
    const string Sums = "SHA256SUMS";

    /// <summary>Makes one. Cost: reading and writing all of it once.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="store">The store, asked on this thread.</param>
    /// <param name="tools">The tools.</param>
    /// <param name="to">The folder of backups; made if it is not there, and must not lie in the data folder.</param>
    /// <param name="keep">How many are kept, this one among them; 0: all.</param>
    /// <param name="time">The clock.</param>
    /// <param name="flush">Brings what was acknowledged of a tool into the store, where a collector runs; null: none does, and its journal is copied as it is.</param>
    /// <exception cref="IOException">It can't be written; nothing that is there was changed.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    /// <exception cref="StoreException">The store could not be copied.</exception>
    public static BackupReport Make(
        DataFolder data, IEventStore store, IReadOnlyList<string> tools, string to, int keep, TimeProvider time, Action<string>? flush = null)
    {
        to = Path.GetFullPath(to);
        if ((to + Path.DirectorySeparatorChar).StartsWith(data.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new IOException($"{to} lies in the data folder. Give a folder outside of it, better on another disk.");
        DataFolder.Make(to);
        var path = Path.Combine(to, time.GetUtcNow().ToString(NameFormat, CultureInfo.InvariantCulture));
        var unfinished = path + Unfinished;
        if (Directory.Exists(path) || Directory.Exists(unfinished))
            throw new IOException($"{path} is there already, or was begun in this second: try again.");
        try
        {
            DataFolder.Make(unfinished);
            Fill(data, store, tools, unfinished, flush);
            var (files, bytes) = WriteSums(unfinished);
            Directory.Move(unfinished, path);
            var report = new BackupReport(path, time.GetUtcNow(), tools, files, bytes, RemoveOld(to, keep));
            DataFolder.Write(data.LastBackup, Encoding.UTF8.GetBytes(StatusJson.Write(report) + "\n"));
            return report;
        }
        catch
        {
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true);
            throw;
        }
    }

    /// <summary>When the last one of a data folder was finished; null: there is none, or nothing tells.</summary>
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

    static void Fill(DataFolder data, IEventStore store, IReadOnlyList<string> tools, string to, Action<string>? flush)
    {
        DataFolder.Make(Path.Combine(to, "tools"));
        foreach (var tool in tools)
        {
            // The totals first: what comes after them is found again by counting, what they have too much would look like a loss.
            var target = Path.Combine(to, "tools", tool);
            var totals = File.Exists(data.Totals(tool)) ? File.ReadAllBytes(data.Totals(tool)) : null;
            flush?.Invoke(tool);
            store.Backup(tool, target);
            if (totals is not null)
                DataFolder.Write(Path.Combine(target, Path.GetFileName(data.Totals(tool))), totals);
            CopyFolder(data.Manifests(tool), Path.Combine(target, "manifests"));
        }

        if (flush is null)
            CopyFolder(data.Journal, Path.Combine(to, Path.GetFileName(data.Journal)));
        CopyFolder(Path.Combine(data.Path, "settings"), Path.Combine(to, "settings"));
        foreach (var file in new[] { data.Tokens, data.Audit }.Where(File.Exists))
            DataFolder.Write(Path.Combine(to, Path.GetFileName(file)), ReadShared(file));
    }

    static void CopyFolder(string from, string to)
    {
        if (!Directory.Exists(from))
            return;
        DataFolder.Make(to);
        foreach (var file in Directory.EnumerateFiles(from))
            DataFolder.Write(Path.Combine(to, Path.GetFileName(file)), File.ReadAllBytes(file));
    }

    // Somebody may be adding a line to it.
    static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    // As `sha256sum -c SHA256SUMS` reads it.
    static (int Files, long Bytes) WriteSums(string folder)
    {
        var sums = new StringBuilder();
        var bytes = 0L;
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        foreach (var path in files)
        {
            using var file = File.OpenRead(path);
            bytes += file.Length;
            sums.Append(Convert.ToHexStringLower(SHA256.HashData(file))).Append("  ").Append(Path.GetRelativePath(folder, path)).Append('\n');
        }

        DataFolder.Write(Path.Combine(folder, Sums), Encoding.UTF8.GetBytes(sums.ToString()));
        return (files.Count, bytes);
    }

    // Only what has the name of a backup and its sums: nothing else in that folder is ours to remove.
    static List<string> RemoveOld(string to, int keep)
    {
        if (keep <= 0)
            return [];
        var removed = Directory.GetDirectories(to)
            .Where(path => DateTimeOffset.TryParseExact(
                Path.GetFileName(path), NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
            .Where(path => File.Exists(Path.Combine(path, Sums)))
            .OrderDescending(StringComparer.Ordinal).Skip(keep).ToList();
        foreach (var path in removed)
            Directory.Delete(path, recursive: true);
        return removed;
    }
}
