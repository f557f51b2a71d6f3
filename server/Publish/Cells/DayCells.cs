// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Cells;

/// <summary>
/// The cells of one day, for all dataset groups of all versions of a tool's manifest. Nothing is loaded up front: each
/// call of <see cref="Read"/> is one query. One thread at a time.
/// </summary>
/// <param name="source">Answers the queries.</param>
/// <param name="manifests">The versions of the tool's manifest, ascending; at least one.</param>
/// <param name="groups">Their groups.</param>
/// <param name="day">The day (UTC).</param>
sealed class DayCells(
    ICellSource source, IReadOnlyList<ToolManifest> manifests, IReadOnlyList<VersionGroup> groups, DateOnly day)
{
    readonly HashSet<string> _known = [.. manifests.Select(manifest => VersionText(manifest.Version))];

    /// <summary>The day.</summary>
    public DateOnly Day => day;

    /// <summary>The groups.</summary>
    public IReadOnlyList<VersionGroup> Groups => groups;

    /// <summary>Reads the cells of one group: those of its versions, each with its version. Cost: one query.</summary>
    /// <exception cref="StoreException">
    /// The cells can't be read completely, or belong to a version whose manifest is missing.
    /// </exception>
    public IEnumerable<(int Version, Cell Cell)> Read(VersionGroup group)
    {
        var versions = group.Versions.ToDictionary(VersionText, StringComparer.Ordinal);
        foreach (var cell in source.Cells(group.Manifest.Tool, group.QueryOf(day)))
        {
            var version = cell.Values[^1] ?? "";
            if (versions.TryGetValue(version, out var number))
                yield return (number, cell with { Values = [.. cell.Values.SkipLast(1)] });
            else if (!_known.Contains(version))
                throw UnknownVersion(group.Manifest.Tool, version);
        }
    }

    StoreException UnknownVersion(string tool, string version) => new(
        $"The store has events of {tool} from {day:yyyy-MM-dd} with version {version} of the manifest, which is not " +
        "in the data folder. Nothing was published. Restore the tool's folder `manifests` from a backup.");

    static string VersionText(int version) => version.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
