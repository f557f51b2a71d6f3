// SPDX-License-Identifier: MIT
// How a collector is doing, as `tallymark status` shows it (spec/control.md).

namespace Tallymark.Collector.Operations;

/// <summary>How a collector is doing.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Started">When it started; null: none runs, and the files were looked at.</param>
/// <param name="Tools">The tools that it collects for, by name.</param>
/// <param name="Disk">The data folder's disk.</param>
/// <param name="CertificateEnds">When the certificate of the public address ends; null: it has none.</param>
/// <param name="LastBackup">When the last backup was finished; null: there was none.</param>
/// <param name="Due">What somebody should do something about.</param>
public sealed record CollectorStatus(
    string Version, DateTimeOffset? Started, IReadOnlyList<ToolStatus> Tools, DiskStatus Disk, DateTimeOffset? CertificateEnds,
    DateTimeOffset? LastBackup, IReadOnlyList<Due> Due);

/// <summary>One tool.</summary>
/// <param name="Tool">Its name.</param>
/// <param name="Title">Its title.</param>
/// <param name="Versions">The versions of its manifest that were accepted.</param>
/// <param name="Received">Events that came: the sum of the next four.</param>
/// <param name="Stored">Those on disk, or once on disk.</param>
/// <param name="Dropped">Those dropped.</param>
/// <param name="Refused">Those refused.</param>
/// <param name="Pending">Those on their way.</param>
/// <param name="Missing">Rows that were noted as stored and not there when the collector started.</param>
/// <param name="Files">How many database files it has.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Deleting">Installations that were deleted and whose bytes are not gone from the disk yet.</param>
/// <param name="Tended">When the files were tended last; null: not since it started.</param>
public sealed record ToolStatus(
    string Tool, string Title, IReadOnlyList<int> Versions, long Received, long Stored, long Dropped, long Refused, long Pending,
    long Missing, int Files, long Bytes, int Deleting, DateTimeOffset? Tended);

/// <summary>The data folder's disk.</summary>
/// <param name="Free">Bytes that are free.</param>
/// <param name="Reserve">Below this no batch is taken.</param>
/// <param name="Low">True while none is taken.</param>
public sealed record DiskStatus(long Free, long Reserve, bool Low);

/// <summary>Something that is due.</summary>
/// <param name="What">What it is about, a word of a closed set (<c>spec/control.md</c>).</param>
/// <param name="Todo">What is wrong and what to do.</param>
public sealed record Due(string What, string Todo);

/// <summary>What one reading of the manifests came to.</summary>
/// <param name="Accepted">Versions that are new.</param>
/// <param name="Refused">Files that do not count.</param>
public sealed record ReloadReport(IReadOnlyList<AcceptedVersion> Accepted, IReadOnlyList<RefusedFile> Refused);

/// <summary>A version that was accepted.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Version">The manifest's version.</param>
public sealed record AcceptedVersion(string Tool, int Version);

/// <summary>A file that was refused.</summary>
/// <param name="File">Its path.</param>
/// <param name="Reason">Why, a line for each finding.</param>
public sealed record RefusedFile(string File, string Reason);
