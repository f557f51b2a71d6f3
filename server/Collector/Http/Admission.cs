// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Http;

/// <summary>
/// Refuses requests before anything of them is read: those with two lengths, and to <c>/v1/</c> those beyond the rate
/// limit of their network, and batches while the disk is nearly full. Thread-safe.
/// </summary>
sealed class Admission(
    PrefixRateLimiter rate, DiskSpace disk, RequestCounters batches, RequestCounters deletions, Limits limits)
{
    const string Batches = "/v1/batches";
    const string Deletions = "/v1/deletions";

    long _limited;

    /// <summary>How many requests the rate limit refused.</summary>
    public long Limited => Interlocked.Read(ref _limited);

    public Refusal? Refuse(HttpRequest request, NetworkPrefix client)
    {
        var path = request.Path;
        Refusal refusal;
        if (HasTwoLengths(request.Headers))
        {
            request.HttpContext.Response.Headers.Connection = "close";
            refusal = new Refusal(
                Problem.Malformed, "A request must not have both Content-Length and Transfer-Encoding.");
            Count(path, refusal);
            return refusal;
        }

        if (!path.StartsWithSegments("/v1", StringComparison.Ordinal))
            return null;
        if (rate.Take(client) is { } pause)
        {
            Interlocked.Increment(ref _limited);
            // Retry-After is a date in whole seconds: one more, so that no client comes back too early.
            refusal = new Refusal(Problem.TooMany, RetryAfter: pause + TimeSpan.FromSeconds(1));
        }
        else if (disk.IsLow && path == Batches)
        {
            refusal = new Refusal(Problem.Busy, "The collector's disk is nearly full.", limits.BusyRetryAfter);
        }
        else
        {
            return null;
        }

        Count(path, refusal);
        return refusal;
    }

    // Kestrel obeys Transfer-Encoding and renames the other header. A proxy in front that obeys Content-Length would
    // take the rest for another client's request (RFC 9112, 6.3), so the connection is closed.
    static bool HasTwoLengths(IHeaderDictionary headers) =>
        headers.TransferEncoding.Count > 0
        && (headers.ContentLength is not null || headers.ContainsKey("X-Content-Length"));

    void Count(PathString path, Refusal refusal)
    {
        if (path == Batches)
            batches.Add(refusal.Problem);
        else if (path == Deletions)
            deletions.Add(refusal.Problem);
    }
}
