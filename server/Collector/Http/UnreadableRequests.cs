// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Tallymark.Collector.Http;

/// <summary>
/// Counts requests that are not valid HTTP, by the status of their reply. Kestrel answers them before any code of the
/// collector sees them. Thread-safe.
/// </summary>
sealed class UnreadableRequests : IObserver<KeyValuePair<string, object?>>
{
    const string Event = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    // Not HTTP; too slow; no length; body, request line or headers too long; another version. Others count as 400.
    static readonly int[] Statuses = [400, 408, 411, 413, 414, 431, 505];

    readonly long[] _counts = new long[Statuses.Length];

    /// <summary>Counts the requests of a server from now until the server ends.</summary>
    public void Observe(DiagnosticListener server) =>
        server.Subscribe(this, static (name, _, _) => string.Equals(name, Event, StringComparison.Ordinal));

    /// <summary>Each status with its count.</summary>
    public IEnumerable<(int Status, long Count)> All()
    {
        for (var i = 0; i < Statuses.Length; i++)
            yield return (Statuses[i], Interlocked.Read(ref _counts[i]));
    }

    /// <summary>Counts one request. Kestrel calls it.</summary>
    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key != Event || value.Value is not IFeatureCollection features)
            return;
        var error = features.Get<IBadRequestExceptionFeature>()?.Error as BadHttpRequestException;
        var status = error?.StatusCode ?? StatusCodes.Status400BadRequest;
        Interlocked.Increment(ref _counts[Math.Max(0, Array.IndexOf(Statuses, status))]);
    }

    /// <summary>The server has ended.</summary>
    public void OnCompleted()
    {
    }

    /// <summary>Kestrel never calls it.</summary>
    public void OnError(Exception error)
    {
    }
}
