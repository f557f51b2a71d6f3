// SPDX-License-Identifier: MIT
// The publisher's input, its progress reports and its results.

using System.Runtime.InteropServices;

namespace Tallymark.Publish;

/// <summary>A publication.</summary>
/// <param name="Manifests">All accepted versions of the tool's manifest, ascending; at least one.</param>
/// <param name="Period">The quarter.</param>
/// <param name="Folder">The public folder; created if it does not exist.</param>
/// <param name="Folded">The folder of the tool's folded days; created if it does not exist.</param>
/// <param name="Provisional">True: a preview of an open period, in a separate folder. It has the days that can't change
/// any more (<c>docs/adr/0026-previews.md</c>).</param>
/// <param name="Dataset">The one dataset to release; null, and in a preview: all. The other datasets of its group
/// (<c>docs/adr/0005-folding.md</c>) are taken into account either way.</param>
public sealed record PublishRequest(
    IReadOnlyList<ToolManifest> Manifests, Period Period, string Folder, string Folded, bool Provisional = false,
    string? Dataset = null)
{
    /// <summary>The newest version.</summary>
    public ToolManifest Manifest => Manifests[^1];
}

/// <summary>The progress of a publication.</summary>
/// <param name="Done">Days read so far.</param>
/// <param name="Total">Days in all.</param>
/// <param name="Day">The last day.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PublishProgress(int Done, int Total, DateOnly Day);

/// <summary>One TSV file.</summary>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="Path">The file's path.</param>
/// <param name="Rows">Its rows, without the headings.</param>
/// <param name="Occurrences">The events that the rows count.</param>
/// <param name="DaysLeftOut">Days from which events are missing because too few installations sent them.</param>
/// <param name="DaysNotKept">Days whose events had been removed before they were folded.</param>
/// <param name="Written">False if the file was already there with the same bytes.</param>
public sealed record PublishedFile(
    string Dataset, string Path, long Rows, long Occurrences, int DaysLeftOut, int DaysNotKept, bool Written);
