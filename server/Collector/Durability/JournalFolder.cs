// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.Collector.Durability;

/// <summary>
/// The folder <c>journal</c> of a data folder: files <c>NUMBER.journal</c>, written in the order of their numbers.
/// </summary>
sealed class JournalFolder(string path)
{
    const string Extension = ".journal";
    const string DamagedSuffix = ".damaged";

    /// <summary>The path of the file with a number.</summary>
    public string PathOf(long number) =>
        Path.Combine(path, number.ToString("D10", CultureInfo.InvariantCulture) + Extension);

    /// <summary>The numbers of its files, ascending; none if the folder does not exist.</summary>
    public IReadOnlyList<long> Numbers() => Numbers(Extension);

    /// <summary>Makes the folder if it does not exist.</summary>
    /// <returns>The highest number of a file in it, damaged files included.</returns>
    public long Make()
    {
        DataFolder.Make(path);
        return Numbers(Extension).Concat(Numbers(Extension + DamagedSuffix)).DefaultIfEmpty(0).Max();
    }

    /// <summary>On return the names of its files are on disk. Cost: one fsync.</summary>
    public void Sync() => SyncedFolder.Sync(path);

    /// <summary>Renames a damaged file, so that it is no longer part of the journal.</summary>
    /// <returns>Its new path.</returns>
    public string SetAside(long number)
    {
        var aside = PathOf(number) + DamagedSuffix;
        File.Move(PathOf(number), aside, overwrite: false);
        return aside;
    }

    IReadOnlyList<long> Numbers(string ending)
    {
        if (!Directory.Exists(path))
            return [];
        return
        [
            .. Directory.EnumerateFiles(path).Select(file => NumberOf(Path.GetFileName(file), ending))
                .Where(number => number > 0).Order(),
        ];
    }

    static long NumberOf(string name, string ending) =>
        name.EndsWith(ending, StringComparison.Ordinal)
        && long.TryParse(name[..^ending.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
}
