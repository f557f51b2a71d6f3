// SPDX-License-Identifier: MIT
// The collector's live view (spec/control.md) with a minute that changes only when the test records something.

using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Tallymark.Browser.Tests;

sealed class LiveView
{
    public const string Token = "tm_9f2c41d07be85a36";

    static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 51, 21, TimeSpan.Zero);

    readonly Lock _lock = new();
    readonly Second[] _seconds = [.. Enumerable.Range(0, 60).Select(_ => new Second())];
    readonly SortedDictionary<string, long> _dropped = new(StringComparer.Ordinal);
    long _lost;
    int _requests;

    /// <summary>The number of requests to <c>v1/live</c>, with any token.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Whether connections are aborted instead of answered.</summary>
    public bool Unreachable { get; set; }

    /// <summary>Records events in the second that began this many seconds ago.</summary>
    public void Record(string name, int count = 1, int failures = 0, int secondsAgo = 1)
    {
        lock (_lock)
        {
            var second = _seconds[^secondsAgo];
            second.Events[name] = second.Events.GetValueOrDefault(name) + count;
            second.Failures += failures;
        }
    }

    /// <summary>Records dropped events.</summary>
    public void Drop(string reason, int count)
    {
        lock (_lock)
            _dropped[reason] = _dropped.GetValueOrDefault(reason) + count;
    }

    /// <summary>Makes the counters wrong, as a bug in the collector would.</summary>
    public void Lose(int count)
    {
        lock (_lock)
            _lost += count;
    }

    public IResult Tools(HttpContext context) =>
        Refused(context) ?? Results.Json(new { tools = new[] { new { tool = "kmpkg", title = "kmpkg" } } });

    public IResult Minute(HttpContext context, string? tool)
    {
        Interlocked.Increment(ref _requests);
        if (Refused(context) is { } refused)
            return refused;
        if (!string.Equals(tool, "kmpkg", StringComparison.Ordinal))
            return Results.NotFound();
        lock (_lock)
        {
            var stored = _seconds.Sum(second => second.Events.Values.Sum());
            var dropped = _dropped.Values.Sum();
            return Results.Json(new
            {
                tool,
                title = "kmpkg",
                now = Text(Now),
                seconds = _seconds
                    .Select((second, at) => new
                    {
                        time = Text(Now.AddSeconds(at - 60)),
                        events = second.Events.ToDictionary(),
                        failures = second.Failures,
                    })
                    .ToArray(),
                totals = new
                {
                    received = stored + dropped + _lost,
                    stored,
                    dropped = _dropped.ToDictionary(),
                    refused = 0,
                    pending = 0,
                    development = 0,
                },
            });
        }
    }

    IResult? Refused(HttpContext context)
    {
        if (Unreachable)
        {
            context.Abort();
            return Results.Empty;
        }

        var isValid = string.Equals(context.Request.Headers.Authorization, $"Bearer {Token}", StringComparison.Ordinal);
        return isValid ? null : Results.Unauthorized();
    }

    static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    sealed class Second
    {
        public SortedDictionary<string, int> Events { get; } = new(StringComparer.Ordinal);
        public int Failures { get; set; }
    }
}
