// SPDX-License-Identifier: MIT
// Has the store do its work in the background: rollups, retention, deletion in the bytes of the files.

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Microsoft.Extensions.Logging;
using Tallymark.Collector.Commit;
using Tallymark.Collector.Count;
using Tallymark.Collector.Tools;
using Tallymark.Store;

namespace Tallymark.Collector.Upkeep;

/// <summary>
/// Tends each tool's files once an hour, and after a deletion as soon as somebody looks. <see cref="Look"/> is for one thread at a time,
/// the rest for any.
/// </summary>
sealed class Tending(ToolSet tools, StoreThread store, Func<bool> tryEmptyJournal, TotalsBook totals, Limits limits, TimeProvider time, ILogger log) : IDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentDictionary<string, Tended> _last = new(StringComparer.Ordinal);

    /// <summary>How it went the last time; null: it was not done yet.</summary>
    public Tended? Last(string tool) => _last.GetValueOrDefault(tool);

    /// <summary>How many installations were deleted whose bytes are not gone yet.</summary>
    public int Deleting(string tool)
    {
        try
        {
            return store.Use(s => s.Deleting(tool));
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <summary>Does what is due.</summary>
    public void Look()
    {
        foreach (var tool in tools.All)
        {
            var last = _last.GetValueOrDefault(tool.Name);
            if (last is null || time.GetUtcNow() - last.Begun >= limits.TendEvery || Deleting(tool.Name) > 0)
                Tend(tool);
        }
    }

    /// <summary>Ends what is being done, after the step that it is in.</summary>
    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();

    void Tend(Tool tool)
    {
        var begun = time.GetUtcNow();
        try
        {
            totals.Removing(tool.Name, removing: true);
            var report = store.Use(s => s.Tend(tool.Name, begun, tool.Newest.Manifest.RetentionDays, tryEmptyJournal, _stop.Token));
            _last[tool.Name] = new Tended(begun, null);
            if (report.Deleted > 0 || report.Expired > 0)
                log.Tended(tool.Name, report.Deleted, report.Expired, report.Rewritten);
        }
        catch (StoreException e)
        {
            _last[tool.Name] = new Tended(begun, e.Message);
            log.TendFailed(tool.Name, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return; // stopping: it goes on after the next start, where the note says that rows were being removed
        }

        NoteRemoved(tool.Name);
    }

    void NoteRemoved(string tool)
    {
        try
        {
            totals.Remove(tool, store.RemovedAsync(tool).GetAwaiter().GetResult());
            totals.Removing(tool, removing: false);
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            log.TendFailed(tool, e.Message);
        }
    }
}

/// <summary>How tending went.</summary>
/// <param name="Begun">When.</param>
/// <param name="Failure">Why it did not; null: it did.</param>
sealed record Tended(DateTimeOffset Begun, string? Failure);
