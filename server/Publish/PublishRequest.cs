// SPDX-License-Identifier: MIT
// The publisher's input, its progress reports and its results.

using System.Runtime.InteropServices;

namespace Tallymark.Publish;

/// <summary>A publication.</summary>
/// <param name="Manifest">The tool's newest manifest.</param>
/// <param name="Period">The quarter.</param>
/// <param name="Folder">The public folder; created if it does not exist.</param>
/// <param name="Provisional">True: a preview of an open period, in a separate folder, replaced each time.</param>
/// <param name="Dataset">The one dataset to write; null: all. The other datasets of its group
/// (<c>docs/adr/0005-folding.md</c>) are taken into account either way.</param>
public sealed record PublishRequest(
    ToolManifest Manifest, Period Period, string Folder, bool Provisional = false, string? Dataset = null);

/// <summary>The progress of a publication.</summary>
/// <param name="Done">Queries answered so far.</param>
/// <param name="Total">Queries in all: one for each day and dataset group.</param>
/// <param name="Day">The day of the last query.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PublishProgress(int Done, int Total, DateOnly Day);

/// <summary>One TSV file.</summary>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="Path">The file's path.</param>
/// <param name="Rows">Its rows, without the headings.</param>
/// <param name="Occurrences">The events that the rows count.</param>
/// <param name="DaysLeftOut">Days from which events are missing because too few installations sent them.</param>
/// <param name="Written">False if the file was already there with the same bytes.</param>
public sealed record PublishedFile(
    string Dataset, string Path, long Rows, long Occurrences, int DaysLeftOut, bool Written);
