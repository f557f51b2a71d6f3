// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>The role that runs a user's SQL over a tool's raw events. Thread-safe.</summary>
public interface IRawQuery
{
    /// <summary>
    /// Runs one query over everything that was committed when the call began. The query can read the tool's events and
    /// nothing else, and can change nothing. An engine isolates it so that neither its memory nor a crash affects the
    /// caller.
    /// </summary>
    /// <param name="tool">The tool; its declared tables are empty if it has no stored data.</param>
    /// <param name="query">The query and its limits.</param>
    /// <param name="cancel">Ends the query.</param>
    /// <exception cref="StoreException">The engine could not run the query now; the query is not at fault.</exception>
    /// <exception cref="OperationCanceledException">The query was cancelled.</exception>
    Task<RawAnswer> QueryAsync(string tool, RawQuery query, CancellationToken cancel);
}

/// <summary>One query of raw events.</summary>
/// <param name="Sql">
/// One SELECT in the engine's dialect. Each event is a table of its name; <c>dev.</c> has those of development builds.
/// </param>
/// <param name="Declared">
/// The tables of the accepted manifests. The query can read each with all its columns, whether or not anything of it
/// is stored.
/// </param>
/// <param name="Format">The format of the answer.</param>
/// <param name="MaxRows">The answer is truncated after this many rows.</param>
/// <param name="MaxBytes">A larger answer is refused. Bytes.</param>
/// <param name="MaxMemoryMiB">A query that needs more memory is refused. MiB.</param>
/// <param name="MaxTime">A query that takes longer is ended and refused.</param>
public sealed record RawQuery(
    string Sql, IReadOnlyList<Table> Declared, RawAnswerFormat Format, int MaxRows, int MaxBytes, int MaxMemoryMiB,
    TimeSpan MaxTime);

/// <summary>How a <see cref="IRawQuery"/> ended.</summary>
public enum RawQueryStatus
{
    /// <summary>There is an answer.</summary>
    Answered,

    /// <summary>
    /// The query is at fault: it is not allowed, is wrong, or exceeded a limit. <see cref="RawAnswer.Error"/> says why.
    /// </summary>
    Refused,

    /// <summary>
    /// The query was not run because it could see rows of deleted installations. Run
    /// <see cref="IStoreMaintenance.Maintain"/>, then ask again. An engine whose queries never see such rows does not
    /// return it.
    /// </summary>
    DeletionsPending,
}

/// <summary>The answer to a raw query.</summary>
/// <param name="Status">How the query ended.</param>
/// <param name="Text">
/// The whole answer in the query's format (<see cref="RawAnswerWriter"/>); empty unless answered.
/// </param>
/// <param name="Rows">The number of rows in it.</param>
/// <param name="IsTruncated">Whether there were more rows than the limit.</param>
/// <param name="Error">For the author of a refused query: why; otherwise null.</param>
public sealed record RawAnswer(RawQueryStatus Status, byte[] Text, long Rows, bool IsTruncated, string? Error)
{
    /// <summary>A query that is at fault.</summary>
    public static RawAnswer Refused(string error) => new(RawQueryStatus.Refused, [], 0, IsTruncated: false, error);

    /// <summary>A query that was not run (<see cref="RawQueryStatus.DeletionsPending"/>).</summary>
    public static RawAnswer DeletionsPending { get; } =
        new(RawQueryStatus.DeletionsPending, [], 0, IsTruncated: false, Error: null);
}
