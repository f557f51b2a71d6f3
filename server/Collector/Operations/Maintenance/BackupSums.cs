// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Collector.Operations;

/// <summary>
/// The file <c>SHA256SUMS</c> of a backup, in the format of <c>sha256sum -c</c>. Stateless.
/// </summary>
public static class BackupSums
{
    const string FileName = "SHA256SUMS";

    /// <summary>
    /// Whether a folder is a backup. A data folder that was restored from one has the file too, and locks.
    /// </summary>
    public static bool IsBackup(string folder) =>
        IsIn(folder) && !File.Exists(Path.Combine(folder, "collector.lock"));

    /// <summary>Reads every file of a backup once.</summary>
    /// <param name="folder">The backup.</param>
    /// <param name="read">Called with the length of each file that was read.</param>
    /// <exception cref="IOException">The folder can't be listed.</exception>
    public static IReadOnlyList<FileDamage> Check(string folder, Action<long> read)
    {
        const string Todo = "Use another backup, and check the disk of this one.";
        var list = Path.Combine(folder, FileName);
        var damages = new List<FileDamage>();
        var sums = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(list))
        {
            if (line.Split("  ", 2) is [{ Length: 2 * SHA256.HashSizeInBytes } sum, { Length: > 0 } name])
                sums[Path.Combine(folder, name)] = sum;
            else if (damages.Count == 0)
                damages.Add(new FileDamage(list, "A line is not a checksum and a name.", Todo));
        }

        foreach (var (path, sum) in sums)
        {
            try
            {
                using var file = File.OpenRead(path);
                if (Convert.ToHexStringLower(SHA256.HashData(file)) != sum)
                    damages.Add(new FileDamage(path, "It does not match its checksum.", Todo));
                read(file.Length);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                damages.Add(new FileDamage(path, e.Message, Todo));
            }
        }

        damages.AddRange(FilesOf(folder).Where(path => !sums.ContainsKey(path)).Select(path => new FileDamage(
            path, "The backup did not have it when it was made.", "Delete it, unless you put it there.")));
        return damages;
    }

    /// <summary>Writes the file over all others of a folder.</summary>
    /// <returns>How many files there are, and their size.</returns>
    internal static (int Files, long Bytes) Write(string folder)
    {
        var sums = new StringBuilder();
        var (count, bytes) = (0, 0L);
        foreach (var path in FilesOf(folder))
        {
            using var file = File.OpenRead(path);
            (count, bytes) = (count + 1, bytes + file.Length);
            sums.Append(Convert.ToHexStringLower(SHA256.HashData(file))).Append("  ")
                .Append(Path.GetRelativePath(folder, path)).Append('\n');
        }

        OwnerFile.Replace(Path.Combine(folder, FileName), Encoding.UTF8.GetBytes(sums.ToString()));
        return (count, bytes);
    }

    /// <summary>Whether a folder has the file.</summary>
    internal static bool IsIn(string folder) => File.Exists(Path.Combine(folder, FileName));

    static IEnumerable<string> FilesOf(string folder) => Directory
        .GetFiles(folder, "*", SearchOption.AllDirectories)
        .Where(path => Path.GetRelativePath(folder, path) != FileName).Order(StringComparer.Ordinal);
}
