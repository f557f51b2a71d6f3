// SPDX-License-Identifier: MIT
// Counts requests that are no HTTP: Kestrel answers them before any code of ours sees them.

using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Tallymark.Collector.Http;

/// <summary>One counter for each status that such a request gets. Safe for any thread.</summary>
sealed class UnreadableRequests : IObserver<KeyValuePair<string, object?>>
{
    const string Event = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    // No HTTP, too slow, no length, too long a body, address or head, another version; any other is counted as 400.
    static readonly int[] Statuses = [400, 408, 411, 413, 414, 431, 505];

    readonly long[] _counts = new long[Statuses.Length];

    /// <summary>From now on the requests of a server are counted, until the server ends.</summary>
    public void Of(DiagnosticListener server) =>
        server.Subscribe(this, static (name, _, _) => string.Equals(name, Event, StringComparison.Ordinal));

    /// <summary>Each status with its count.</summary>
    public IEnumerable<(int Status, long Count)> All()
    {
        for (var i = 0; i < Statuses.Length; i++)
            yield return (Statuses[i], Interlocked.Read(ref _counts[i]));
    }

    /// <summary>Kestrel tells of one.</summary>
    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key != Event || value.Value is not IFeatureCollection features)
            return;
        var status = (features.Get<IBadRequestExceptionFeature>()?.Error as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
        Interlocked.Increment(ref _counts[Math.Max(0, Array.IndexOf(Statuses, status))]);
    }

    /// <summary>The server has ended.</summary>
    public void OnCompleted()
    {
    }

    /// <summary>Kestrel tells of none by this.</summary>
    public void OnError(Exception error)
    {
    }
}
