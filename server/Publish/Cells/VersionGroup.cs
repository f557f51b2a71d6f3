// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Cells;

/// <summary>
/// A dataset group with the versions of the manifest that declare it alike: same events, columns, datasets and minimum.
/// Events of these versions make one partition. Events of another version are in a group of that version, under what
/// that version promised (<c>docs/adr/0027-promises-of-a-version.md</c>). Immutable.
/// </summary>
/// <param name="Group">The group, as the newest of the versions declares it.</param>
/// <param name="Manifest">The newest of the versions.</param>
/// <param name="Versions">The versions, ascending.</param>
sealed record VersionGroup(DatasetGroup Group, ToolManifest Manifest, IReadOnlyList<int> Versions)
{
    /// <summary>The groups of all versions of a tool's manifest, by the first version that has each.</summary>
    /// <param name="manifests">The versions, ascending.</param>
    public static IReadOnlyList<VersionGroup> Of(IReadOnlyList<ToolManifest> manifests) =>
    [
        .. manifests
            .SelectMany(manifest => DatasetGroup.Of(manifest), (manifest, group) => (Manifest: manifest, Group: group))
            .GroupBy(one => Key(one.Group, one.Manifest), StringComparer.Ordinal)
            .Select(alike => new VersionGroup(
                alike.Last().Group, alike.Last().Manifest, [.. alike.Select(one => one.Manifest.Version)])),
    ];

    /// <summary>The query for the cells of one day, by version.</summary>
    public CellQuery QueryOf(DateOnly day) =>
        // A manifest with datasets has an installation field: spec/manifest.md, datasets.
        new(Group.Events, [.. Group.Columns, Rollup.Version], day, day, Rollup.InstallationOf(Manifest)!);

    // Names contain none of the separators. A field's type and part decide how its values are generalised.
    static string Key(DatasetGroup group, ToolManifest manifest) => string.Join('|',
        Rollup.InstallationOf(manifest),
        string.Join(',', group.Events),
        string.Join(',', group.Columns.Select(c =>
            DatasetGroup.FieldOf(c, manifest) is { } field ? $"{c} {field.Type} {field.Part}" : c)),
        string.Join(';', group.Datasets.Select(d =>
            $"{d.Name} {d.Minimum} {string.Join(',', DatasetGroup.ColumnsOf(d))}")));
}
