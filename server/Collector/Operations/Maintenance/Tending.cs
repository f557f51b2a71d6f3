// SPDX-License-Identifier: MIT
// Has the store do its work in the background: rollups, retention, deletion in the bytes of the files.

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Tends each tool's files once an hour, and after a deletion, or when there are many new ones, as soon as somebody looks. <see cref="Look"/> is for one thread at a time,
/// the rest for any.
/// </summary>
sealed class Tending(ToolSet tools, StoreThread store, Func<bool> tryEmptyJournal, TotalsBook totals, Limits limits, TimeProvider time, ILogger log) : IDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentDictionary<string, Tended> _last = new(StringComparer.Ordinal);

    /// <summary>How it went the last time; null: it was not done yet.</summary>
    public Tended? Last(string tool) => _last.GetValueOrDefault(tool);

    /// <summary>How many installations were deleted whose bytes are not gone yet.</summary>
    public int Deleting(string tool) => Ask(s => s.Deleting(tool));

    /// <summary>Does what is due.</summary>
    public void Look()
    {
        foreach (var tool in tools.All)
        {
            if (IsDue(tool.Name))
                Tend(tool);
        }
    }

    /// <summary>Ends what is being done, after the step that it is in.</summary>
    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();

    bool IsDue(string tool) => Last(tool) is not { } last
        || time.GetUtcNow() - last.Begun >= limits.TendEvery
        || Deleting(tool) > 0
        || Files(tool) >= last.Files + limits.TendFiles;

    int Files(string tool) => Ask(s => s.Files(tool).Count);

    int Ask(Func<IEventStore, int> question)
    {
        try
        {
            return store.Use(question);
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            return 0;
        }
    }

    void Tend(Tool tool)
    {
        var (begun, before) = (time.GetUtcNow(), Files(tool.Name));
        try
        {
            totals.Removing(tool.Name, removing: true);
            var report = store.Use(s => s.Tend(tool.Name, begun, tool.Newest.Manifest.RetentionDays, tryEmptyJournal, _stop.Token));
            _last[tool.Name] = new Tended(begun, Math.Min(before, Files(tool.Name)), null);
            if (report.Deleted > 0 || report.Expired > 0)
                log.Tended(tool.Name, report.Deleted, report.Expired, report.Rewritten);
        }
        catch (StoreException e)
        {
            _last[tool.Name] = new Tended(begun, before, e.Message);
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
/// <param name="Files">How many files the tool had after it, without those that came meanwhile.</param>
/// <param name="Failure">Why it did not; null: it did.</param>
sealed record Tended(DateTimeOffset Begun, int Files, string? Failure);
