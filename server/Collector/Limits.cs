// SPDX-License-Identifier: MIT

namespace Tallymark.Collector;

/// <summary>
/// Every bound of a collector: how much one client may take, and how much all clients together. The defaults are those
/// of <c>spec/wire.md</c>; tests set smaller ones. Immutable.
/// </summary>
public sealed record Limits
{
    /// <summary>Events in a batch.</summary>
    public int MaxEvents { get; init; } = 500;

    /// <summary>Bytes of a body as sent.</summary>
    public int MaxBodyBytes { get; init; } = 512 * 1024;

    /// <summary>Bytes of a body after decompression, which stops there.</summary>
    public int MaxDecompressedBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes of a line, without its LF.</summary>
    public int MaxLineBytes { get; init; } = 16_384;

    /// <summary>Proofs in a deletion request.</summary>
    public int MaxProofs { get; init; } = 100;

    /// <summary>Bytes of a deletion request.</summary>
    public int MaxDeletionBytes { get; init; } = 16 * 1024;

    /// <summary>
    /// Proofs that one network may send at once, and per day: each stays in the data folder for good, whether its
    /// installation exists or not. Beyond it a client is asked to come back later. 0: unlimited.
    /// </summary>
    public int MaxNetworkProofs { get; init; } = 1_000;

    /// <summary>How long a client may take to send a body.</summary>
    public TimeSpan ReceiveTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How far in the future the time of an event may be, since clocks are wrong.</summary>
    public TimeSpan MaxFuture { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How old an event may be. Twice the age to which the SDK keeps events (spec/spool.md, "Caps").</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(60);

    /// <summary>
    /// How far the clock may be ahead of the second witness (<c>ClockWitness</c>): a collector that was stopped for
    /// longer needs its operator. Less than <see cref="MaxAge"/> minus the age to which the SDK keeps events, so that
    /// no event is dropped by a wrong clock.
    /// </summary>
    public TimeSpan MaxClockAhead { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How far the clock may be behind it. Less than <see cref="MaxFuture"/>.</summary>
    public TimeSpan MaxClockBehind { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How often the collector saves that it runs.</summary>
    public TimeSpan ClockNoteInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>When a client may try again while the collector's clock is in doubt.</summary>
    public TimeSpan ClockRetryAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Memory of all batches between their first byte and the store. Beyond it new batches are refused as busy.
    /// </summary>
    public long MaxInFlightBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Batches in one write of the journal.</summary>
    public int MaxGroupBatches { get; init; } = 256;

    /// <summary>The length at which the journal begins its next file.</summary>
    public long MaxJournalFileBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many journaled events of a tool start a commit at once.</summary>
    public int CommitThresholdEvents { get; init; } = 10_000;

    /// <summary>Events in one commit of the store, unless a single batch has more.</summary>
    public int MaxCommitEvents { get; init; } = 50_000;

    /// <summary>How long journaled events wait for more before they are committed to the store.</summary>
    public TimeSpan MaxCommitDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long one commit, or one call between commits, may take. A commit is then interrupted and tried again with
    /// fewer batches; calls of its tool fail until it ends.
    /// </summary>
    public TimeSpan MaxStoreTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long one commit, or one call between commits, may delay other tools: after that, another thread serves them.
    /// </summary>
    public TimeSpan MaxTurnTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long acknowledgements wait, once, until a tool's files are open. After that, batches of this tool are
    /// refused until they are.
    /// </summary>
    public TimeSpan MaxOpenTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a start waits until the store has the batches of the journal. Those of tools that need longer are
    /// committed while the collector serves.
    /// </summary>
    public TimeSpan MaxReplayTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long a stop waits for tools whose commits take longer than <see cref="MaxTurnTime"/>, and then for the files
    /// of tools whose commits fail or do not end.
    /// </summary>
    public TimeSpan MaxLastCommitTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a stop waits for the files of healthy tools. The log of a part whose rows were not moved into its file
    /// is read by the next start.
    /// </summary>
    public TimeSpan MaxCloseTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many tools may have a commit within one <see cref="MaxCommitDelay"/>; with more waiting, all wait longer in
    /// proportion, up to eight times: the store needs memory and a flush for each commit. Default: 2.
    /// </summary>
    public int CommitsPerDelay { get; init; } = 2;

    /// <summary>
    /// Memory by which the store may lag behind the journal. Beyond it acknowledgements wait for the store. Tools whose
    /// commits fail may hold as much again; beyond that their batches are refused as busy.
    /// </summary>
    public long MaxBacklogBytes { get; init; } = 24 * 1024 * 1024;

    /// <summary>
    /// The delay before a failed commit, or a failed write of the journal, is retried. A commit that took long before
    /// it failed is retried after four times as long.
    /// </summary>
    public TimeSpan WriteRetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the store must be idle before the journal's files are closed.</summary>
    public TimeSpan JournalIdleTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long nothing must have used a tool's store before its files are closed and its memory is released.
    /// </summary>
    public TimeSpan StoreIdleTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often the collector looks for such tools.</summary>
    public TimeSpan IdleCheckInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Connections at once. Beyond it a new connection replaces an idle one, or a transfer of a network with more.
    /// </summary>
    public int MaxConnections { get; init; } = 2_000;

    /// <summary>Bytes of all headers of a request.</summary>
    public int MaxHeaderBytes { get; init; } = 16 * 1024;

    /// <summary>Headers of a request.</summary>
    public int MaxHeaders { get; init; } = 50;

    /// <summary>How long a client may take to send the headers of a request.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be idle between two requests.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes per second at which a client must send a body and read a reply.</summary>
    public double MinBytesPerSecond { get; init; } = 240;

    /// <summary>How long a connection may be slower than <see cref="MinBytesPerSecond"/>.</summary>
    public TimeSpan RateGracePeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a stop waits for requests in progress. The rest of a stop takes a second or two, and all of it must
    /// take less than ten.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>When a client may try again that found the collector busy or stopping.</summary>
    public TimeSpan BusyRetryAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>When a client may try again whose manifest version the collector does not have yet.</summary>
    public TimeSpan ManifestRetryAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Requests per second that one network (24 bits of an address, 48 for IPv6) may make in the long run; 0:
    /// unlimited.
    /// </summary>
    public double MaxPrefixRate { get; init; } = 10;

    /// <summary>Requests that one network may make at once.</summary>
    public int MaxPrefixBurst { get; init; } = 1_000;

    /// <summary>Networks that are remembered for the rate limit, in memory only; a power of two.</summary>
    public int MaxPrefixes { get; init; } = 65_536;

    /// <summary>
    /// Free bytes of the data folder's disk below which no batch is accepted; 0: accept batches on any disk.
    /// </summary>
    public long MinFreeDiskBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>How often the free disk space is measured.</summary>
    public TimeSpan DiskCheckInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the folder of manifests is read without a notification of a change.</summary>
    public TimeSpan ManifestScanInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the totals are written.</summary>
    public TimeSpan TotalsWriteInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the certificate's files are checked for a change.</summary>
    public TimeSpan CertificateCheckInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Queries of raw data at once.</summary>
    public int MaxQueries { get; init; } = 2;

    /// <summary>Bytes of a query's text.</summary>
    public int MaxQueryTextBytes { get; init; } = 16 * 1024;

    /// <summary>Rows of a query's result.</summary>
    public int MaxQueryRows { get; init; } = 10_000;

    /// <summary>Bytes of a query's result.</summary>
    public int MaxQueryResultBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Memory of a query.</summary>
    public int MaxQueryMemoryMiB { get; init; } = 512;

    /// <summary>How long a query may take.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// New installations that one network may bring at once, and per day. Events of further new installations are
    /// stored and excluded from counts. 0: unlimited.
    /// </summary>
    public int MaxNewInstallations { get; init; } = 1_000;

    /// <summary>
    /// Installations that are remembered as known, about 40 bytes each. Beyond it every installation counts.
    /// </summary>
    public int MaxKnownInstallations { get; init; } = 5_000_000;

    /// <summary>
    /// From how many networks one machine sends in a day at most: more under one id mean that machines share it.
    /// </summary>
    public int MaxNetworksOfInstallation { get; init; } = 8;

    /// <summary>How often the collector checks whether shared ids of yesterday must be counted.</summary>
    public TimeSpan SharedIdsInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a line of the audit log is kept.</summary>
    public TimeSpan MaxAuditAge { get; init; } = TimeSpan.FromDays(400);

    /// <summary>How often the audit log is checked for lines that are too old.</summary>
    public TimeSpan AuditCheckInterval { get; init; } = TimeSpan.FromHours(6);

    /// <summary>
    /// How often maintenance runs while events of a tool come: rollups, retention, joining of files. Without events it
    /// runs once a day.
    /// </summary>
    public TimeSpan MaintenanceInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How many new files of a tool start its maintenance earlier: each makes a query slower.</summary>
    public int MaintenanceThresholdFiles { get; init; } = 32;

    /// <summary>
    /// How often the collector checks whether maintenance is due, and the longest time from a deletion to its
    /// maintenance.
    /// </summary>
    public TimeSpan MaintenanceCheckInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often all files of the store that do not change any more are read through.</summary>
    public TimeSpan ReadThroughInterval { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The time between two steps of it.</summary>
    public TimeSpan ReadThroughStepInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Bytes of a step; more only if the files are so large that they would take longer than the interval (from about
    /// 140 GB).
    /// </summary>
    public long ReadThroughStepBytes { get; init; } = 16 * 1024 * 1024;
}
