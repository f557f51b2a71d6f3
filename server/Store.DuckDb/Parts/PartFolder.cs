// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.DuckDb.Parts;

/// <summary>
/// The paths in <c>DATA/tools/TOOL</c> (spec/control.md), and the work on its files while they are closed. Immutable.
/// </summary>
sealed class PartFolder(string path)
{
    const string RollupsPrefix = "rollups.";
    const string Suffix = ".duckdb";
    const string DamagedSuffix = ".damaged";

    /// <summary>The folder itself.</summary>
    public string Path => path;

    /// <summary>The folder of the parts.</summary>
    public string Parts => System.IO.Path.Combine(path, "parts");

    /// <summary>The folder for data that does not fit into DuckDB's memory; deleted when the tool is opened.</summary>
    public string Temporary => System.IO.Path.Combine(path, "tmp");

    /// <summary>Whether the tool has stored data.</summary>
    public bool Exists => Directory.Exists(Parts);

    /// <summary>The path of a part.</summary>
    public string PathOf(PartName name) => System.IO.Path.Combine(Parts, name.FileName);

    /// <summary>The path of a file of rollups; the file with the greatest number is current.</summary>
    public string RollupsPath(int number) =>
        System.IO.Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{RollupsPrefix}{number}{Suffix}"));

    /// <summary>Creates the folders and deletes what a crash left behind: unfinished and replaced files.</summary>
    /// <returns>The parts, oldest first.</returns>
    public IReadOnlyList<PartName> Open()
    {
        DurableFile.CreateFolder(Parts);
        try
        {
            if (Directory.Exists(Temporary))
                Directory.Delete(Temporary, recursive: true);
            foreach (var folder in new[] { path, Parts })
            {
                var pattern = $"*{PartRewriter.UnfinishedSuffix}*";
                foreach (var leftover in Directory.EnumerateFiles(folder, pattern).ToList())
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
            throw new StoreException(
                $"{path}: the store's files can't be listed. Make sure that this user owns the data folder. " +
                $"{e.Message}",
                e);
        }
    }

    /// <summary>The number of parts that are in use. Cost: a directory listing.</summary>
    public int Count()
    {
        List<PartName> all = [.. Names()];
        return all.Count(name => !all.Exists(other => other.Replaces(name)));
    }

    /// <summary>
    /// The parts in use that do not change any more, ordered by their file names. Known from the names and lengths
    /// alone, so that a process can ask while another one has the tool open. Cost: a directory listing.
    /// </summary>
    /// <exception cref="StoreException">The folder can't be read.</exception>
    public IReadOnlyList<StoredPiece> Sealed()
    {
        try
        {
            List<PartName> all = [.. Names()];
            var last = all.Select(name => name.Last).DefaultIfEmpty().Max();
            return
            [
                .. all.Where(name => !all.Exists(other => other.Replaces(name)))
                    .Where(name => !BlockCheck.HasLog(PathOf(name))
                        && (name.Last < last || BlockCheck.HasContent(PathOf(name))))
                    .Select(PathOf).Order(StringComparer.Ordinal)
                    .Select(file => new StoredPiece(file, DurableFile.Length(file))),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{Parts} can't be read. {e.Message}", e);
        }
    }

    /// <summary>The current file of rollups; null: there is none.</summary>
    public string? CurrentRollups => NewestRollups() is > 0 and var number ? RollupsPath(number) : null;

    /// <summary>The number of the current file of rollups; 0: there is none.</summary>
    public int NewestRollups() => RollupNumbers().DefaultIfEmpty().Max();

    /// <summary>A number that no part has or had, including parts that were set aside.</summary>
    public int NextNumber() => Directory.EnumerateFiles(Parts)
        .Select(file => System.IO.Path.GetFileName(file).Split(Suffix)[0] + Suffix)
        .Select(file => PartName.TryParse(file, out var name) ? name.Last : 0)
        .DefaultIfEmpty().Max() + 1;

    /// <summary>Renames a damaged file and its log, so that the store ignores them.</summary>
    /// <returns>The new path.</returns>
    /// <exception cref="StoreException">It is not one of the tool's files, or can't be renamed.</exception>
    public string SetAside(string file)
    {
        var full = System.IO.Path.GetFullPath(file);
        if (!Names().Select(PathOf).Concat(RollupNumbers().Select(RollupsPath)).Contains(full, StringComparer.Ordinal))
        {
            throw new StoreException(
                $"{file} is not one of the files of {path}. Nothing was set aside. Give a path that an error message " +
                "names.");
        }

        var target = Enumerable.Range(1, int.MaxValue - 1)
            .Select(n => string.Create(CultureInfo.InvariantCulture, $"{full}{DamagedSuffix}{n}"))
            .First(name => !File.Exists(name));
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
                name.AsSpan(RollupsPrefix.Length, Math.Max(0, name.Length - RollupsPrefix.Length - Suffix.Length)),
                NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                yield return number;
        }
    }

    static void Remove(string file)
    {
        File.Delete(file);
        File.Delete($"{file}.wal");
    }
}
