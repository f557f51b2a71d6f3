// SPDX-License-Identifier: MIT
// What is refused before anything of a request is read: too many of one network, or no room on the disk.

using System;
using System.Threading;
using Microsoft.AspNetCore.Http;
using Tallymark.Collector.Count;
using Tallymark.Collector.Reply;
using Tallymark.Collector.Upkeep;

namespace Tallymark.Collector.Address;

/// <summary>Decides about requests to <c>/v1/</c>; pages and <c>/metrics</c> pass. Safe for any thread.</summary>
sealed class Admission(
    PrefixRate rate, DiskSpace disk, RequestCounters batches, RequestCounters deletions, Limits limits)
{
    const string Batches = "/v1/batches";
    const string Deletions = "/v1/deletions";

    long _limited;

    /// <summary>How many requests came too often.</summary>
    public long Limited => Interlocked.Read(ref _limited);

    public Refusal? Refuse(PathString path, NetworkPrefix client)
    {
        if (!path.StartsWithSegments("/v1", StringComparison.Ordinal))
            return null;
        Refusal refusal;
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

        if (path == Batches)
            batches.Add(refusal.Problem);
        else if (path == Deletions)
            deletions.Add(refusal.Problem);
        return refusal;
    }
}
