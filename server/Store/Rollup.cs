// SPDX-License-Identifier: MIT
// Which cells a store keeps ready: those that a manifest's datasets are made of.

namespace Tallymark.Store;

/// <summary>Cells that are counted once and kept, by day, with their sets of installations. Immutable.</summary>
/// <param name="Events">The events that are counted.</param>
/// <param name="Columns">The columns that make a cell, as in a <see cref="CellQuery"/>.</param>
/// <param name="Installation">The column whose distinct values are the installations.</param>
/// <param name="Views">Some of the columns each: for these, and for all and for none, the numbers of a day are kept ready for charts.</param>
public sealed record Rollup(
    IReadOnlyList<string> Events, IReadOnlyList<string> Columns, string Installation,
    IReadOnlyList<IReadOnlyList<string>> Views)
{
    /// <summary>What a manifest's datasets are published and drawn from; none without datasets.</summary>
    public static IReadOnlyList<Rollup> Of(ToolManifest manifest) => InstallationOf(manifest) is { } installation
        ? [.. DatasetGroup.Of(manifest).Select(group => new Rollup(
            group.Events, group.Columns, installation,
            [.. group.Datasets.Select(d => (IReadOnlyList<string>)[.. DatasetGroup.ColumnsOf(d)])]))]
        : [];

    /// <summary>The column that counts installations: the common field of type installation, else of type machine; null: there is none.</summary>
    public static string? InstallationOf(ToolManifest manifest) =>
        (manifest.Fields.FirstOrDefault(f => f.Type == FieldType.Installation)
            ?? manifest.Fields.FirstOrDefault(f => f.Type == FieldType.Machine))?.Name;
}
