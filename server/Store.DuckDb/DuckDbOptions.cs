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
    /// How many tools may be open at once; opening one more closes the one that was not used for longest. An open tool
    /// needs about 4 MB, a thread, and a descriptor for each of its files. Default: 32.
    /// </summary>
    public int MaxOpenTools { get; init; } = 32;

    /// <summary>
    /// The number of threads of a query. A commit uses one, and so does a query while more than four
    /// tools are open. Default: the machine's processors, at most 4.
    /// </summary>
    public int Threads { get; init; } = Math.Min(Environment.ProcessorCount, 4);

    /// <summary>
    /// The size of the write-ahead log at which a part is sealed and the next one started: a start replays the log, and
    /// its rows are in memory. About 200 bytes an event. With more than two open tools less, so that all logs together
    /// have twice as much at most, but no tool's less than 2 MiB. MiB. Default: 24.
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

    /// <summary>
    /// The first day of receipt whose batch ids the store remembers. A clock that is ahead must not make it forget an
    /// id that a client can resend: the newest receipt is the second witness.
    /// </summary>
    /// <param name="newestReceipt">The newest day of receipt; null: there is none.</param>
    internal DateOnly OldestBatchDay(DateOnly? newestReceipt)
    {
        var today = DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime);
        return (newestReceipt < today ? newestReceipt.Value : today).AddDays(-DuplicateDays);
    }
}
