// SPDX-License-Identifier: MIT
// The names of the journal's files, and which of them are there.

using System.Globalization;

namespace Tallymark.Collector.Durability;

/// <summary>The folder <c>journal</c> of a data folder: files <c>NUMBER.journal</c>, written in the order of their numbers.</summary>
sealed class JournalFolder(string path)
{
    const string Ending = ".journal";
    const string Aside = ".damaged";

    /// <summary>Where the file with a number is.</summary>
    public string PathOf(long number) => Path.Combine(path, number.ToString("D10", CultureInfo.InvariantCulture) + Ending);

    /// <summary>The numbers of its files, ascending; none if it is not there.</summary>
    public IReadOnlyList<long> Numbers() => Numbers(Ending);

    /// <summary>Makes the folder where it is not there.</summary>
    /// <returns>The highest number that was ever given and is still to be seen.</returns>
    public long Make()
    {
        DataFolder.Make(path);
        return Numbers(Ending).Concat(Numbers(Ending + Aside)).DefaultIfEmpty(0).Max();
    }

    /// <summary>On return the names of its files are on disk.</summary>
    public void Sync() => SyncedFolder.Sync(path);

    /// <summary>Gives a file that can't be read whole another name, so that nothing takes it for a part of the journal.</summary>
    /// <returns>Its path now.</returns>
    public string SetAside(long number)
    {
        var aside = PathOf(number) + Aside;
        File.Move(PathOf(number), aside, overwrite: false);
        return aside;
    }

    IReadOnlyList<long> Numbers(string ending)
    {
        if (!Directory.Exists(path))
            return [];
        return [.. Directory.EnumerateFiles(path).Select(file => NumberOf(Path.GetFileName(file), ending)).Where(number => number > 0).Order()];
    }

    static long NumberOf(string name, string ending) =>
        name.EndsWith(ending, System.StringComparison.Ordinal)
        && long.TryParse(name[..^ending.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
