// SPDX-License-Identifier: MIT
using System.Net.Http.Headers;

namespace Tallymark.Upload;

/// <summary>The delay after a failed occasion. Pure.</summary>
static class RetrySchedule
{
    static readonly TimeSpan MinDelay = TimeSpan.FromHours(1);

    /// <summary>
    /// One hour after the first failure, then doubled each time up to a day, less up to a quarter, so that
    /// installations that failed together do not retry together; never sooner than the collector asked, at most a week.
    /// </summary>
    /// <param name="failures">Consecutive failed occasions, from 1.</param>
    /// <param name="retryAfter">The delay that the collector asked for.</param>
    /// <param name="random">From 0 (inclusive) to 1 (exclusive).</param>
    internal static TimeSpan DelayAfter(int failures, TimeSpan? retryAfter, double random)
    {
        var delay = MinDelay * Math.Pow(2, Math.Min(failures - 1, 10));
        if (delay > DueFile.Interval)
            delay = DueFile.Interval;
        delay *= 1 - random / 4;
        if (retryAfter > delay)
            delay = retryAfter.Value;
        return delay > DueFile.MaxPause ? DueFile.MaxPause : delay;
    }

    /// <summary>For an unreachable endpoint: one try a day, or up to a quarter later.</summary>
    internal static TimeSpan ProbeDelay(double random) => DueFile.Interval * (1 + random / 4);

    /// <summary>Both forms of the header: seconds, or a date.</summary>
    internal static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        var delay = header?.Delta ?? (header?.Date is { } date ? date - now : null);
        return delay > TimeSpan.Zero ? delay : null;
    }
}
