// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Has the store maintain its files: rollups, retention, removal of deleted rows from the bytes, merging. Each tool's
/// turn comes once an hour, and at the next <see cref="RunDue"/> after a deletion or when it has many new files.
/// <see cref="RunDue"/> is for one thread at a time, the other members are thread-safe.
/// </summary>
sealed class StoreMaintenance(
    ToolSet tools, StoreThread store, JournalThread journal, TotalsFiles totals, Limits limits, TimeProvider time,
    ILogger log) : IDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentDictionary<string, MaintenanceResult> _last = new(StringComparer.Ordinal);

    /// <summary>A tool's last run; null: none since the start.</summary>
    public MaintenanceResult? Last(string tool) => _last.GetValueOrDefault(tool);

    /// <summary>The number of deleted installations whose bytes are still on disk.</summary>
    public int PendingDeletions(string tool) => Ask(s => s.PendingDeletions(tool), 0);

    /// <summary>The size of a tool's data in the store.</summary>
    public StoreSize Size(string tool) => Ask(s => s.Size(tool), new StoreSize(0, 0));

    /// <summary>Maintains the files of every tool that is due.</summary>
    public void RunDue()
    {
        foreach (var tool in tools.All)
        {
            if (IsDue(tool.Name))
                Run(tool);
        }
    }

    /// <summary>Ends the current run after its current step.</summary>
    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();

    bool IsDue(string tool) => Last(tool) is not { } last
        || time.GetUtcNow() - last.Started >= limits.MaintenanceInterval
        || PendingDeletions(tool) > 0
        || Parts(tool) >= last.Parts + limits.MaintenanceThresholdFiles;

    int Parts(string tool) => Ask(s => s.Parts(tool), 0);

    T Ask<T>(Func<IStoreMaintenance, T> question, T none)
    {
        try
        {
            return store.Readers.Read(question);
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            return none;
        }
    }

    void Run(Tool tool)
    {
        var (started, before) = (time.GetUtcNow(), Parts(tool.Name));
        var retentionDays = tool.Newest.Manifest.RetentionDays;
        try
        {
            totals.SetRemoving(tool.Name, removing: true);
            var report = store.Readers.Read(
                s => s.Maintain(tool.Name, started, retentionDays, journal.TryEmpty, _stop.Token));
            _last[tool.Name] = new MaintenanceResult(started, Math.Min(before, Parts(tool.Name)), Failure: null);
            if (report.Deleted > 0 || report.Expired > 0)
                log.FilesMaintained(tool.Name, report.Deleted, report.Expired, report.Rewritten);
        }
        catch (StoreException e)
        {
            _last[tool.Name] = new MaintenanceResult(started, before, e.Message);
            log.MaintenanceFailed(tool.Name, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return; // stopping: the next start continues; the totals file says that rows were being removed
        }

        SaveRemoved(tool.Name);
    }

    void SaveRemoved(string tool)
    {
        try
        {
            totals.AddRemoved(tool, store.RemovedAsync(tool).GetAwaiter().GetResult());
            totals.SetRemoving(tool, removing: false);
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            log.MaintenanceFailed(tool, e.Message);
        }
    }
}

/// <summary>One run of the maintenance of a tool's files.</summary>
/// <param name="Started">When it started.</param>
/// <param name="Parts">The number of parts after it, without those that came during the run.</param>
/// <param name="Failure">Why it failed; null: it succeeded.</param>
sealed record MaintenanceResult(DateTimeOffset Started, int Parts, string? Failure);
