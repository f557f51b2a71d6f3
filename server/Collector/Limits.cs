// SPDX-License-Identifier: MIT
// Every bound of the collector in one place: what one client may take, and what all may take together.

namespace Tallymark.Collector;

/// <summary>
/// The bounds of a collector. The defaults are those of <c>spec/wire.md</c>; tests set smaller ones. Immutable.
/// </summary>
public sealed record Limits
{
    /// <summary>Most events in a batch.</summary>
    public int Events { get; init; } = 500;

    /// <summary>Most bytes of a body as it is sent.</summary>
    public int PackedBytes { get; init; } = 512 * 1024;

    /// <summary>Most bytes of a body after unpacking; unpacking stops there.</summary>
    public int UnpackedBytes { get; init; } = 1024 * 1024;

    /// <summary>Most bytes of a line, without its LF.</summary>
    public int LineBytes { get; init; } = 16_384;

    /// <summary>Most proofs in a request to delete.</summary>
    public int Proofs { get; init; } = 100;

    /// <summary>Most bytes of a request to delete.</summary>
    public int DeletionBytes { get; init; } = 16 * 1024;

    /// <summary>How long the sending of one body may take.</summary>
    public TimeSpan ReceiveTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How far in the future the time of an event may lie: clocks are wrong.</summary>
    public TimeSpan Future { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How old an event may be: the longest spool age.</summary>
    public TimeSpan Past { get; init; } = TimeSpan.FromDays(60);

    /// <summary>
    /// Most memory of all batches between their first byte and the store; past it new ones are refused as busy.
    /// </summary>
    public long BytesInFlight { get; init; } = 64 * 1024 * 1024;

    /// <summary>Most batches in one write of the journal.</summary>
    public int GroupBatches { get; init; } = 256;

    /// <summary>The length at which a file of the journal is followed by the next.</summary>
    public long JournalFileBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>So many events in the journal go into the store at once.</summary>
    public int LoadEvents { get; init; } = 10_000;

    /// <summary>Most events in one commit of the store, unless one batch alone has more.</summary>
    public int GroupEvents { get; init; } = 50_000;

    /// <summary>How long what is in the journal waits for more before it goes into the store.</summary>
    public TimeSpan LoadDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// By how much memory the store may be behind the journal; past it acknowledgements wait for the store. As much again may wait of tools whose commits fail; past that their
    /// batches are refused as busy.
    /// </summary>
    public long BehindBytes { get; init; } = 24 * 1024 * 1024;

    /// <summary>How long a commit, or a write of the journal, that failed waits before it is tried again.</summary>
    public TimeSpan RetryCommit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long nothing must come before the journal is tidied up.</summary>
    public TimeSpan IdleBeforeTidy { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Most connections at once; past it, one that only waits is closed for a new one.</summary>
    public int Connections { get; init; } = 2_000;

    /// <summary>Most bytes of a request's headers together.</summary>
    public int HeaderBytes { get; init; } = 16 * 1024;

    /// <summary>Most headers of a request.</summary>
    public int Headers { get; init; } = 50;

    /// <summary>How long the sending of a request's headers may take.</summary>
    public TimeSpan HeaderTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may idle between two requests.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Fewest bytes a second of a body, after <see cref="RateGrace"/>, and of a reply that is read.</summary>
    public double BytesPerSecond { get; init; } = 240;

    /// <summary>How long a connection may be slower than <see cref="BytesPerSecond"/>.</summary>
    public TimeSpan RateGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long stopping waits for requests that are under way: the rest of a stop takes a second or two, and all of it shall take less than ten.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>When a client comes back that found the collector full, stopping, or its store out of order.</summary>
    public TimeSpan RetryBusy { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>When a client comes back whose manifest the collector has not got yet.</summary>
    public TimeSpan RetryManifest { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Requests a second that one network (24 bits of an address, 48 for IPv6) may make for ever; 0: there is no bound.
    /// </summary>
    public double PrefixRate { get; init; } = 10;

    /// <summary>How many it may make at once.</summary>
    public int PrefixBurst { get; init; } = 1_000;

    /// <summary>How many networks are remembered for that, in memory only; a power of two.</summary>
    public int Prefixes { get; init; } = 65_536;

    /// <summary>Free bytes of the data folder's disk below which no batch is taken; 0: there is no bound.</summary>
    public long DiskReserve { get; init; } = 512L * 1024 * 1024;

    /// <summary>How often the disk is asked.</summary>
    public TimeSpan DiskEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the folder of manifests is looked through where nothing told of a change.</summary>
    public TimeSpan ManifestsEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the totals are noted.</summary>
    public TimeSpan TotalsEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often it is seen whether the certificate's files were written.</summary>
    public TimeSpan CertificateEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many queries of raw data run at once.</summary>
    public int Queries { get; init; } = 2;

    /// <summary>Most bytes of a query.</summary>
    public int QueryText { get; init; } = 16 * 1024;

    /// <summary>Most rows of an answer.</summary>
    public int QueryRows { get; init; } = 10_000;

    /// <summary>Most bytes of an answer.</summary>
    public int QueryBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most memory of a query, in MiB.</summary>
    public int QueryMemoryMiB { get; init; } = 512;

    /// <summary>How long a query may take.</summary>
    public TimeSpan QueryTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// New installations that one network may bring at once, and in a day; events of more are stored but do not count. 0: there is no bound.
    /// </summary>
    public int NewInstallations { get; init; } = 1_000;

    /// <summary>Most installations that are known at once, about 40 bytes each; past it every installation counts.</summary>
    public int KnownInstallations { get; init; } = 5_000_000;

    /// <summary>How often files are tended: rollups, retention, joining.</summary>
    public TimeSpan TendEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>So many new files of a tool are tended sooner: a question is slower with each.</summary>
    public int TendFiles { get; init; } = 32;

    /// <summary>How often it is seen whether that is due, and within which the files are tended after a deletion.</summary>
    public TimeSpan TendLook { get; init; } = TimeSpan.FromMinutes(1);
}
