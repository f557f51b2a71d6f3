// SPDX-License-Identifier: MIT
// How requests ended, with batches or to delete, also those whose tool nobody could know.

namespace Tallymark.Collector.Operations;

/// <summary>One counter for each way that such a request can end. Safe for any thread.</summary>
sealed class RequestCounters
{
    static readonly Problem[] Ends =
    [
        Problem.Malformed, Problem.UnknownTool, Problem.Method, Problem.Timeout, Problem.TooLarge, Problem.ContentType,
        Problem.TooMany, Problem.Internal, Problem.Busy, Problem.UnknownManifest, Problem.Stopping,
    ];

    readonly long[] _counts = new long[Ends.Length + 1];

    /// <param name="problem">Null: accepted.</param>
    public void Add(Problem? problem) =>
        Interlocked.Increment(ref _counts[problem is null ? Ends.Length : Array.IndexOf(Ends, problem)]);

    /// <summary>Each way with its count.</summary>
    public IEnumerable<(string End, long Count)> All()
    {
        yield return ("accepted", Interlocked.Read(ref _counts[Ends.Length]));
        for (var i = 0; i < Ends.Length; i++)
            yield return (Ends[i].Name, Interlocked.Read(ref _counts[i]));
    }
}
