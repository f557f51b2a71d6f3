// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb;

/// <summary>Settings of a <see cref="DuckDbEventStore"/>.</summary>
public sealed record DuckDbOptions
{
    /// <summary>
    /// DuckDB's memory limit for all tools together, in equal shares for the open tools; work that needs more uses a
    /// temporary folder beside the files. MiB. Default: 128.
    /// </summary>
    public int MemoryLimitMiB { get; init; } = 128;

    /// <summary>
    /// The number of threads of a query. A commit uses one. Default: the machine's processors, at most 4.
    /// </summary>
    public int Threads { get; init; } = Math.Min(Environment.ProcessorCount, 4);

    /// <summary>
    /// The size of the write-ahead log at which a part is sealed and the next one started: a start replays the log, and
    /// its rows are in memory. About 200 bytes an event. MiB. Default: 24.
    /// </summary>
    public int MaxLogMiB { get; init; } = 24;

    /// <summary>
    /// For how many days after receipt the store remembers the id of a batch, so that it stores no batch twice. Must be
    /// longer than the maximum age of an event that a collector accepts. Default: 62.
    /// </summary>
    public int DuplicateDays { get; init; } = 62;

    /// <summary>
    /// The clock: decides the month of a new part and which batch ids are old. Default: the system's.
    /// </summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Receives messages for the operator that belong to no call, such as a damaged file of rollups that is rebuilt.
    /// Default: ignored.
    /// </summary>
    public Action<string> Notice { get; init; } = _ => { };

    /// <summary>
    /// The program, with its first arguments, that calls <see cref="RawQueries.DuckDbQueryChild.Run"/>: a raw query
    /// runs in a process of its own. Default: null, raw queries fail.
    /// </summary>
    public IReadOnlyList<string>? QueryProgram { get; init; }

    /// <summary>The first day of receipt whose batch ids the store remembers.</summary>
    internal DateOnly OldestBatchDay() =>
        DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime).AddDays(-DuplicateDays);
}
