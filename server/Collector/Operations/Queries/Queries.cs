// SPDX-License-Identifier: MIT
// Queries of raw data: a snapshot, a process of its own, and a line in the audit log before the answer.

namespace Tallymark.Collector.Operations;

/// <summary>Asks queries. Safe for any thread.</summary>
/// <param name="process">Runs them.</param>
/// <param name="audit">Where each is noted, however it ends.</param>
/// <param name="limits">Bounds.</param>
/// <param name="time">The clock.</param>
/// <param name="tryEmptyJournal">Whether what was deleted has left the journal; null: there is none.</param>
public sealed class Queries(
    QueryProcess process, AuditLog audit, Limits limits, TimeProvider time, Func<bool>? tryEmptyJournal = null) : IDisposable
{
    readonly SemaphoreSlim _running = new(limits.Queries);

    /// <summary>Asks one.</summary>
    /// <param name="who">Who asks, and in which role.</param>
    /// <param name="store">The store. It is asked on this thread.</param>
    /// <param name="tool">The tool, which is there.</param>
    /// <param name="retentionDays">Its retention.</param>
    /// <param name="sql">The query.</param>
    /// <param name="json">JSON instead of tab-separated values.</param>
    /// <param name="cancel">Who asked has gone.</param>
    /// <returns>The answer, which is in the audit log; null: too many are being asked right now.</returns>
    /// <exception cref="IOException">The audit log can't be written, or no process started: there is no answer.</exception>
    /// <exception cref="StoreException">There is no snapshot.</exception>
    public async Task<QueryAnswer?> AskAsync(
        (string Name, Role Role) who, IEventStore store, string tool, int retentionDays, string sql, bool json, CancellationToken cancel)
    {
        if (!await _running.WaitAsync(TimeSpan.Zero, cancel))
            return null;
        var entry = new AuditEntry(who.Name, who.Role, "query", "") { Tool = tool, Query = sql };
        try
        {
            using var snapshot = Snapshot(store, tool, retentionDays, cancel);
            var order = new QueryOrder(snapshot.Files, sql, json, limits.QueryRows, limits.QueryBytes, limits.QueryMemoryMiB);
            var answer = await process.RunAsync(order, limits.QueryTime, cancel);
            audit.Write(answer.End.Error is { } error
                ? entry with { Outcome = $"refused: {error}" }
                : entry with { Outcome = "answered", Rows = answer.End.Rows });
            return answer;
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            audit.Write(entry with { Outcome = $"failed: {(e is StoreException ? e.Message : "who asked had gone")}" });
            throw;
        }
        finally
        {
            _running.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _running.Dispose();

    // A query could look past a condition; so what is being deleted is gone from the files first.
    IStoreSnapshot Snapshot(IEventStore store, string tool, int retentionDays, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (store.Deleting(tool) > 0)
                store.Tend(tool, time.GetUtcNow(), retentionDays, tryEmptyJournal, cancel);
            var snapshot = store.Snapshot(tool);
            if (store.Deleting(tool) == 0)
                return snapshot;
            snapshot.Dispose();
            if (attempt == 3)
                throw new StoreException("Installations are being deleted right now, and the files can't be read before. Ask again.");
        }
    }
}
