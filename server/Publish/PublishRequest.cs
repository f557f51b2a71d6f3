// SPDX-License-Identifier: MIT
// What is asked of the publisher, what it reports on the way, and what it did.

using System.Runtime.InteropServices;

namespace Tallymark.Publish;

/// <summary>What to publish.</summary>
/// <param name="Manifest">The tool's newest manifest.</param>
/// <param name="Period">The quarter.</param>
/// <param name="Folder">The public folder, made if it is not there.</param>
/// <param name="Provisional">True: a look into an open period, into a folder of its own, replaced each time.</param>
/// <param name="Dataset">The one dataset to write; null: all. Those it is folded with
/// (<c>docs/adr/0005-folding.md</c>) count either way.</param>
public sealed record PublishRequest(
    ToolManifest Manifest, Period Period, string Folder, bool Provisional = false, string? Dataset = null);

/// <summary>How far it is.</summary>
/// <param name="Done">Queries answered.</param>
/// <param name="Total">Queries in all: one a day and family of datasets.</param>
/// <param name="Day">The day that was just counted.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PublishProgress(int Done, int Total, DateOnly Day);

/// <summary>One TSV file.</summary>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Rows">Its rows, without the headings.</param>
/// <param name="Occurrences">The events that they count.</param>
/// <param name="DaysLeftOut">Days of which events are missing, since too few installations stood behind them.</param>
/// <param name="Written">False if the same bytes were there already.</param>
public sealed record PublishedFile(
    string Dataset, string Path, long Rows, long Occurrences, int DaysLeftOut, bool Written);
