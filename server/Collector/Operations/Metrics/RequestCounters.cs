// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Operations;

/// <summary>
/// Counts requests of one kind by outcome, also those whose tool is not known. Thread-safe. Cost: one interlocked
/// increment.
/// </summary>
sealed class RequestCounters
{
    static readonly Problem[] Problems =
    [
        Problem.Malformed, Problem.UnknownTool, Problem.Method, Problem.Timeout, Problem.TooLarge, Problem.ContentType,
        Problem.TooMany, Problem.Internal, Problem.Busy, Problem.UnknownManifest, Problem.Stopping,
        Problem.Clock,
    ];

    readonly long[] _counts = new long[Problems.Length + 1];

    /// <param name="problem">Null: accepted.</param>
    public void Add(Problem? problem) =>
        Interlocked.Increment(ref _counts[problem is null ? Problems.Length : Array.IndexOf(Problems, problem)]);

    /// <summary>Every outcome with its count.</summary>
    public IEnumerable<(string End, long Count)> All()
    {
        yield return ("accepted", Interlocked.Read(ref _counts[Problems.Length]));
        for (var i = 0; i < Problems.Length; i++)
            yield return (Problems[i].Name, Interlocked.Read(ref _counts[i]));
    }
}
