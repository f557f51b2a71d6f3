// SPDX-License-Identifier: MIT
// How much of the machine the store may take.

namespace Tallymark.DuckDb;

/// <summary>Settings of a <see cref="DuckDbEventStore"/>.</summary>
public sealed record DuckDbOptions
{
    /// <summary>
    /// The most memory that DuckDB takes for all tools together, in MiB, in equal shares for the tools that are open; work that needs more uses a temporary folder
    /// beside the files. Default 128.
    /// </summary>
    public int MemoryLimitMiB { get; init; } = 128;

    /// <summary>How many threads a query uses. Commits use one. Default: the machine's processors, at most 4.</summary>
    public int Threads { get; init; } = Math.Min(Environment.ProcessorCount, 4);

    /// <summary>
    /// The size of the write-ahead log, in MiB, at which a part is sealed and the next begins: a start reads the log again, and the rows in it are in memory.
    /// Some 200 bytes an event. Default 24.
    /// </summary>
    public int LongestLogMiB { get; init; } = 24;

    /// <summary>
    /// For how many days after its receipt the id of a batch is kept, so that it is not stored twice: longer than an event may be old that a collector takes.
    /// Default 62.
    /// </summary>
    public int DuplicateDays { get; init; } = 62;

    /// <summary>Says in which month a part is begun and which ids of batches are old. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Is told of what an operator should know and nobody asked for: a damaged file of rollups that is made again. Default: nobody.</summary>
    public Action<string> Notice { get; init; } = _ => { };
}
