// SPDX-License-Identifier: MIT
// How much of the machine the store may take.

using System;

namespace Tallymark.DuckDb;

/// <summary>Settings of a <see cref="DuckDbEventStore"/>. They hold for each tool's file.</summary>
public sealed record DuckDbOptions
{
    /// <summary>
    /// The most memory that DuckDB takes for a file, in MiB; queries that need more use a temporary folder beside it.
    /// Default 1,024.
    /// </summary>
    public int MemoryLimitMiB { get; init; } = 1024;

    /// <summary>How many threads a query uses. Commits use one. Default: the machine's processors, at most 4.</summary>
    public int Threads { get; init; } = Math.Min(Environment.ProcessorCount, 4);

    /// <summary>
    /// The size of the write-ahead log, in MiB, at which a commit moves it into the file before it returns. It should
    /// seldom come to that: call <see cref="DuckDbEventStore.Checkpoint"/> when there is time. Default 128.
    /// </summary>
    public int CheckpointThresholdMiB { get; init; } = 128;
}
