// SPDX-License-Identifier: MIT
// A tool's folder when it is opened: which files count, which are leftovers, and what a crash left to be finished.

using System.Globalization;

namespace Tallymark.DuckDb.Parts;

/// <summary><c>DATA/tools/TOOL</c>: which path is what (spec/control.md). Immutable.</summary>
sealed class PartFolder(string path)
{
    const string RollupsPrefix = "rollups.";
    const string Suffix = ".duckdb";
    const string Damaged = ".damaged";

    /// <summary>The folder itself.</summary>
    public string Path => path;

    /// <summary>Where the parts are.</summary>
    public string Parts => System.IO.Path.Combine(path, "parts");

    /// <summary>Where DuckDB puts what does not fit into memory; emptied when the tool is opened.</summary>
    public string Temporary => System.IO.Path.Combine(path, "tmp");

    /// <summary>Whether there is anything of the store.</summary>
    public bool Exists => Directory.Exists(Parts);

    /// <summary>The path of a part.</summary>
    public string PathOf(PartName name) => System.IO.Path.Combine(Parts, name.FileName);

    /// <summary>The path of a file of rollups; the one with the greatest number counts.</summary>
    public string RollupsPath(int number) =>
        System.IO.Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{RollupsPrefix}{number}{Suffix}"));

    /// <summary>Makes the folders and removes what a crash left behind: files that were not finished, and those that were replaced.</summary>
    /// <returns>The parts, oldest first.</returns>
    public IReadOnlyList<PartName> Open()
    {
        DurableFile.MakeFolder(Parts);
        try
        {
            if (Directory.Exists(Temporary))
                Directory.Delete(Temporary, recursive: true);
            foreach (var folder in new[] { path, Parts })
            {
                foreach (var leftover in Directory.EnumerateFiles(folder, $"*{PartWriter.Unfinished}*").ToList())
                    File.Delete(leftover);
            }

            var all = Names().ToList();
            foreach (var replaced in all.Where(name => all.Exists(other => other.Replaces(name))))
                Remove(PathOf(replaced));
            var newest = RollupNumbers().DefaultIfEmpty().Max();
            foreach (var number in RollupNumbers().Where(number => number < newest).ToList())
                Remove(RollupsPath(number));
            return [.. all.Where(name => !all.Exists(other => other.Replaces(name))).OrderBy(name => name.First)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{path}: the store's files can't be looked through. See that this user owns the data folder. {e.Message}", e);
        }
    }

    /// <summary>The number of the newest file of rollups; 0: there is none.</summary>
    public int NewestRollups() => RollupNumbers().DefaultIfEmpty().Max();

    /// <summary>A number that no part has or had, not even one that was set aside.</summary>
    public int NextNumber() => Directory.EnumerateFiles(Parts)
        .Select(file => System.IO.Path.GetFileName(file).Split(Suffix)[0] + Suffix)
        .Select(file => PartName.TryParse(file, out var name) ? name.Last : 0)
        .DefaultIfEmpty().Max() + 1;

    /// <summary>Gives a damaged file, and its log, a name under which the store does not look.</summary>
    /// <returns>The new path.</returns>
    /// <exception cref="StoreException">It is none of the tool's files, or can't be renamed.</exception>
    public string SetAside(string file)
    {
        var full = System.IO.Path.GetFullPath(file);
        if (!Names().Select(PathOf).Concat(RollupNumbers().Select(RollupsPath)).Contains(full, StringComparer.Ordinal))
            throw new StoreException($"{file} is not one of the files of {path}: nothing was set aside.");
        var target = Enumerable.Range(1, int.MaxValue - 1)
            .Select(n => string.Create(CultureInfo.InvariantCulture, $"{full}{Damaged}{n}")).First(name => !File.Exists(name));
        if (File.Exists($"{full}.wal"))
            DurableFile.Move($"{full}.wal", $"{target}.wal");
        DurableFile.Move(full, target);
        return target;
    }

    IEnumerable<PartName> Names()
    {
        if (!Directory.Exists(Parts))
            yield break;
        foreach (var file in Directory.EnumerateFiles(Parts))
        {
            if (PartName.TryParse(System.IO.Path.GetFileName(file), out var name))
                yield return name;
        }
    }

    IEnumerable<int> RollupNumbers()
    {
        foreach (var file in Directory.Exists(path) ? Directory.EnumerateFiles(path, $"{RollupsPrefix}*{Suffix}") : [])
        {
            var name = System.IO.Path.GetFileName(file);
            if (int.TryParse(
                name.AsSpan(RollupsPrefix.Length, Math.Max(0, name.Length - RollupsPrefix.Length - Suffix.Length)), NumberStyles.None,
                CultureInfo.InvariantCulture, out var number))
                yield return number;
        }
    }

    static void Remove(string file)
    {
        File.Delete(file);
        File.Delete($"{file}.wal");
    }
}
