// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>Cells that a store may precompute, by day, with their sets of installations. Immutable.</summary>
/// <param name="Events">The events that are counted.</param>
/// <param name="Columns">The columns that make a cell, as in a <see cref="CellQuery"/>.</param>
/// <param name="Installation">The column whose distinct values are the installations.</param>
/// <param name="Views">
/// Subsets of the columns. For each, and for all and none of the columns, the numbers of a day are precomputed for
/// charts.
/// </param>
public sealed record Rollup(
    IReadOnlyList<string> Events, IReadOnlyList<string> Columns, string Installation,
    IReadOnlyList<IReadOnlyList<string>> Views)
{
    /// <summary>The column with the version of an event's manifest.</summary>
    public const string Version = "manifest";

    /// <summary>The rollups for the files and charts of a manifest's datasets; none without datasets.</summary>
    public static IReadOnlyList<Rollup> Of(ToolManifest manifest) => InstallationOf(manifest) is { } installation
        ? [.. DatasetGroup.Of(manifest).Select(group => new Rollup(
            group.Events, [.. group.Columns, Version], installation,
            [.. group.Datasets.Select(d => (IReadOnlyList<string>)[.. DatasetGroup.ColumnsOf(d)])]))]
        : [];

    /// <summary>
    /// The column that counts installations: the common field of type installation, otherwise of type machine; null:
    /// there is none.
    /// </summary>
    public static string? InstallationOf(ToolManifest manifest) =>
        (manifest.Fields.FirstOrDefault(f => f.Type == FieldType.Installation)
            ?? manifest.Fields.FirstOrDefault(f => f.Type == FieldType.Machine))?.Name;
}
