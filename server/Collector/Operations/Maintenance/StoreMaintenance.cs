// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Has the store maintain its files: rollups, retention, removal of deleted rows from the bytes, merging. Before events
/// expire, their days are folded into rows that may be published (<see cref="IDayFolding"/>). Each tool's turn comes
/// once an hour while events of it come, otherwise once a day, and at the next <see cref="RunDue"/> after a deletion or
/// when it has many new files. Tools without stored data are never opened.
/// <see cref="RunDue"/> is for one thread at a time, the other members are thread-safe.
/// </summary>
sealed class StoreMaintenance(
    ToolSet tools, StoreThread store, JournalThread journal, TotalsFiles totals, NetworkKeys keys, ClockWitness clock,
    DataFolder data, CollectorOptions options, TimeProvider time, ILogger log) : IDisposable
{
    readonly Limits _limits = options.Limits;
    readonly IDayFolding? _folding = options.Folding?.Invoke(data);

    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentDictionary<string, MaintenanceResult> _last = new(StringComparer.Ordinal);

    /// <summary>When a tool's last run started; null: never.</summary>
    public DateTimeOffset? LastStart(string tool) =>
        _last.TryGetValue(tool, out var last) && last.Started != default ? last.Started : totals.Maintained(tool);

    /// <summary>Why a tool's last run failed; null: it succeeded, or there was none since the start.</summary>
    public string? Failure(string tool) => _last.GetValueOrDefault(tool)?.Failure;

    /// <summary>The number of deleted installations whose bytes are still on disk.</summary>
    public int PendingDeletions(string tool) => Ask(s => s.PendingDeletions(tool), 0);

    /// <summary>The size of a tool's data in the store.</summary>
    public StoreSize Size(string tool) => Ask(s => s.Size(tool), new StoreSize(0, 0));

    /// <summary>Maintains the files of every tool that is due.</summary>
    public void RunDue()
    {
        if (clock.Doubt is null)
            RemoveOldKeys();
        foreach (var tool in tools.All)
        {
            if (IsDue(tool) && (clock.Doubt is null || PendingDeletions(tool.Name) > 0))
                Run(tool);
        }
    }

    /// <summary>Ends the current run after its current step.</summary>
    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();

    bool IsDue(Tool tool)
    {
        var now = time.GetUtcNow();
        var last = _last.GetOrAdd(tool.Name, LastOfEarlierProcess, tool);
        var isFirst = last.Started == default;
        var hasChanged = tool.Counters.Total().Stored != last.Stored;
        return Size(tool.Name).Files > 0
            && (isFirst
                || (hasChanged && now - last.Started >= _limits.MaintenanceInterval)
                || now.UtcDateTime.Date > last.Started.UtcDateTime.Date // the retention counts days
                || last.Started - now > _limits.MaxClockBehind // the clock was ahead then
                || PendingDeletions(tool.Name) > 0
                || Parts(tool.Name) >= last.Parts + _limits.MaintenanceThresholdFiles);
    }

    MaintenanceResult LastOfEarlierProcess(string name, Tool tool) => new(
        totals.Maintained(name) ?? default, Parts(name), tool.Counters.Total().Stored, Failure: null);

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

    void RemoveOldKeys()
    {
        try
        {
            keys.RemoveOld();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.KeysNotRemoved(e.Message);
        }
    }

    void Run(Tool tool)
    {
        var (started, before) = (time.GetUtcNow(), Parts(tool.Name));
        var stored = tool.Counters.Total().Stored;
        // A wrong day would remove events for good; what users deleted goes all the same.
        var failure = clock.Doubt is null ? Fold(tool, started) : null;
        var retention = clock.Doubt is null && failure is null
            ? Retention.Of([.. tool.Accepted.Select(one => one.Manifest)])
            : Retention.Unlimited;
        try
        {
            totals.SetRemoving(tool.Name, removing: true);
            var report = store.Readers.Read(
                s => s.Maintain(tool.Name, started, retention, journal.TryEmpty, _stop.Token));
            _last[tool.Name] = new MaintenanceResult(started, Math.Min(before, Parts(tool.Name)), stored, failure);
            if (report.Deleted > 0 || report.Expired > 0)
                log.FilesMaintained(tool.Name, report.Deleted, report.Expired, report.Rewritten);
        }
        catch (Exception e) when (e is StoreException or IOException or UnauthorizedAccessException)
        {
            _last[tool.Name] = new MaintenanceResult(started, before, stored, e.Message);
            log.MaintenanceFailed(tool.Name, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return; // stopping: the next start continues; the totals file says that rows were being removed
        }

        SaveRemoved(tool.Name, started);
    }

    // Returns why days could not be folded; null: they are. Their events are kept until they are.
    string? Fold(Tool tool, DateTimeOffset now)
    {
        List<ToolManifest> manifests = [.. tool.Accepted.Select(one => one.Manifest)];
        try
        {
            if (_folding?.IsDue(manifests, now) != true || Size(tool.Name).Files == 0)
                return null;
            store.FlushAsync(tool.Name).GetAwaiter().GetResult();
            store.Readers.Read(s =>
            {
                _folding.FoldDue(manifests, s, now, _stop.Token);
                return true;
            });
            return null;
        }
        catch (OperationCanceledException)
        {
            return "The collector is stopping."; // and so does the rest of this run
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            log.MaintenanceFailed(tool.Name, e.Message);
            return $"Days could not be folded, so no event expires: {e.Message}";
        }
    }

    void SaveRemoved(string tool, DateTimeOffset started)
    {
        try
        {
            totals.AddRemoved(tool, store.RemovedAsync(tool).GetAwaiter().GetResult());
            totals.SetRemoving(tool, removing: false, started);
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
/// <param name="Stored">The number of events stored before it.</param>
/// <param name="Failure">Why it failed; null: it succeeded.</param>
sealed record MaintenanceResult(DateTimeOffset Started, int Parts, long Stored, string? Failure);
