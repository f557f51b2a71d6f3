// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Operations;

/// <summary>The manifests of a tool.</summary>
/// <param name="KeptFrom">The first day whose events are kept (<see cref="ICellReader.KeptFrom"/>).</param>
/// <param name="Texts">The texts of all accepted versions, ascending.</param>
public sealed record ToolManifests(DateOnly KeptFrom, IReadOnlyList<string> Texts);

/// <summary>The status of a collector, as <c>tallymark status</c> shows it (<c>spec/control.md</c>).</summary>
/// <param name="Version">The collector's version.</param>
/// <param name="Started">When it started; null: it is not running, the status is from its files.</param>
/// <param name="Tools">Its tools, by name.</param>
/// <param name="Disk">The data folder's disk.</param>
/// <param name="CertificateEnds">When the certificate of the public address expires; null: none.</param>
/// <param name="LastBackup">When the last backup finished; null: never.</param>
/// <param name="Due">The tasks that wait for the operator.</param>
public sealed record CollectorStatus(
    string Version, DateTimeOffset? Started, IReadOnlyList<ToolStatus> Tools, DiskStatus Disk,
    DateTimeOffset? CertificateEnds, DateTimeOffset? LastBackup, IReadOnlyList<Due> Due)
{
    /// <summary>The public address, a URL or <c>unix:PATH</c>; null: it is not running.</summary>
    public string? ListensOn { get; init; }

    /// <summary>The operations address; null: it is not running.</summary>
    public string? Operations { get; init; }

    /// <summary>
    /// When all files of the store that do not change any more had last been read through; null: never.
    /// </summary>
    public DateTimeOffset? ReadThrough { get; init; }
}

/// <summary>The status of one tool.</summary>
/// <param name="Tool">Its name.</param>
/// <param name="Title">Its title.</param>
/// <param name="Versions">The accepted versions of its manifest.</param>
/// <param name="Received">Events received: the sum of the next four.</param>
/// <param name="Stored">Events that were stored, including those removed later.</param>
/// <param name="Dropped">Events dropped.</param>
/// <param name="Refused">Events refused.</param>
/// <param name="Pending">Events received and not answered yet.</param>
/// <param name="Missing">Rows saved as stored that the store did not have at the start.</param>
/// <param name="Files">The number of database files.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Deleting">Deleted installations whose bytes are still on disk.</param>
/// <param name="Tended">When the last maintenance of the files started; null: never.</param>
public sealed record ToolStatus(
    string Tool, string Title, IReadOnlyList<int> Versions, long Received, long Stored, long Dropped, long Refused,
    long Pending, long Missing, int Files, long Bytes, int Deleting, DateTimeOffset? Tended)
{
    /// <summary>Of the stored events, those of development builds, which are in no count.</summary>
    public long Development { get; init; }

    /// <summary>
    /// Installation ids that many machines share: on the last day that was counted, events came from more networks
    /// than one machine visits. Each counts as one installation.
    /// </summary>
    public int SharedIds { get; init; }
}

/// <summary>The data folder's disk.</summary>
/// <param name="Free">Free bytes.</param>
/// <param name="Reserve">Bytes; below this, batches are refused.</param>
/// <param name="Low">True while batches are refused.</param>
public sealed record DiskStatus(long Free, long Reserve, bool Low);

/// <summary>Something for the operator to act on.</summary>
/// <param name="What">The subject, a word of a closed set (<c>spec/control.md</c>).</param>
/// <param name="Todo">The problem and its remedy.</param>
public sealed record Due(string What, string Todo);

/// <summary>The result of a reload.</summary>
/// <param name="Accepted">New versions.</param>
/// <param name="Refused">Files that were refused.</param>
public sealed record ReloadReport(IReadOnlyList<AcceptedVersion> Accepted, IReadOnlyList<RefusedFile> Refused)
{
    /// <summary>The effect of accepting the clock, in sentences; null: the operator did not accept it.</summary>
    public string? Clock { get; init; }

    /// <summary>Versions accepted before that need more memory than the collector has, with advice.</summary>
    public IReadOnlyList<MemoryAdvice> Memory { get; init; } = [];
}

/// <summary>Advice about the memory that an accepted version needs.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Version">The manifest's version.</param>
/// <param name="Note">The advice.</param>
public sealed record MemoryAdvice(string Tool, int Version, string Note);

/// <summary>An accepted version.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Version">The manifest's version.</param>
/// <param name="Note">Advice for the operator about the memory that it needs; null: none.</param>
/// <param name="Effects">Its changes in periods that are not released yet, a sentence each.</param>
public sealed record AcceptedVersion(string Tool, int Version, string? Note, IReadOnlyList<string> Effects);

/// <summary>A refused file.</summary>
/// <param name="File">Its path.</param>
/// <param name="Reason">The reason, one line per finding.</param>
public sealed record RefusedFile(string File, string Reason);
