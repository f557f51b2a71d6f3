// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Recognises the cell queries of one publication, which are hundreds: the audit log gets one line for all of them.
/// Remembers the last publications, in memory. Thread-safe.
/// </summary>
sealed class Publications
{
    const int MaxRemembered = 100;
    const int MaxPeriodLength = 16;

    readonly Lock _lock = new();
    readonly Queue<(string Tool, string Period, Guid Run)> _remembered = new();

    /// <summary>
    /// The period of the publication that a request belongs to, and its number; null: of none.
    /// </summary>
    public static (string Period, Guid Run)? Of(HttpRequest request) =>
        request.Query["publication"] is [{ Length: > 0 and <= MaxPeriodLength } period]
        && period.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
        && Guid.TryParse(request.Query["run"], out var run)
            ? (period, run)
            : null;

    /// <summary>Whether this is the first query of a publication.</summary>
    public bool Add(string tool, string period, Guid run)
    {
        lock (_lock)
        {
            if (_remembered.Contains((tool, period, run)))
                return false;
            if (_remembered.Count == MaxRemembered)
                _remembered.Dequeue(); // its next query is one more line
            _remembered.Enqueue((tool, period, run));
            return true;
        }
    }
}
