// SPDX-License-Identifier: MIT
// What is refused before anything of a request is read: what says two lengths, too many of one network, or no room on the disk.

using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Http;

/// <summary>Decides about requests to <c>/v1/</c>; pages and <c>/metrics</c> pass, unless they say two lengths. Safe for any thread.</summary>
sealed class Admission(
    PrefixRate rate, DiskSpace disk, RequestCounters batches, RequestCounters deletions, Limits limits)
{
    const string Batches = "/v1/batches";
    const string Deletions = "/v1/deletions";

    long _limited;

    /// <summary>How many requests came too often.</summary>
    public long Limited => Interlocked.Read(ref _limited);

    public Refusal? Refuse(HttpRequest request, NetworkPrefix client)
    {
        var path = request.Path;
        Refusal refusal;
        if (HasTwoLengths(request.Headers))
        {
            request.HttpContext.Response.Headers.Connection = "close";
            refusal = new Refusal(Problem.Malformed, "A request has a Content-Length or a Transfer-Encoding, not both.");
            Count(path, refusal);
            return refusal;
        }

        if (!path.StartsWithSegments("/v1", StringComparison.Ordinal))
            return null;
        if (rate.Take(client) is { } pause)
        {
            Interlocked.Increment(ref _limited);
            // A date has whole seconds: one more, so that nobody comes back too early.
            refusal = new Refusal(Problem.TooMany, RetryAfter: pause + TimeSpan.FromSeconds(1));
        }
        else if (disk.IsLow && path == Batches)
        {
            refusal = new Refusal(Problem.Busy, "The collector's disk is nearly full.", limits.RetryBusy);
        }
        else
        {
            return null;
        }

        Count(path, refusal);
        return refusal;
    }

    // Kestrel takes the Transfer-Encoding and renames the other. A proxy in front that believes the Content-Length would take the rest for another
    // client's request (RFC 9112, 6.3): such a connection is not read any further.
    static bool HasTwoLengths(IHeaderDictionary headers) =>
        headers.TransferEncoding.Count > 0 && (headers.ContentLength is not null || headers.ContainsKey("X-Content-Length"));

    void Count(PathString path, Refusal refusal)
    {
        if (path == Batches)
            batches.Add(refusal.Problem);
        else if (path == Deletions)
            deletions.Add(refusal.Problem);
    }
}
