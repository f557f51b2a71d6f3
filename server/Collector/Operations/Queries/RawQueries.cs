// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Operations;

/// <summary>Runs raw queries: limits how many run at once and records each in the audit log. Thread-safe.</summary>
/// <param name="audit">Records each query, however it ends.</param>
/// <param name="limits">Limits.</param>
/// <param name="time">The clock.</param>
/// <param name="tryEmptyJournal">Whether deleted rows have left the journal; null: there is no journal.</param>
public sealed class RawQueries(
    AuditLog audit, Limits limits, TimeProvider time, Func<bool>? tryEmptyJournal = null) : IDisposable
{
    const int MaxAttempts = 3;

    readonly SemaphoreSlim _slots = new(limits.MaxQueries);

    /// <summary>Runs one query.</summary>
    /// <param name="who">The caller and its role.</param>
    /// <param name="raw">Runs the query. Called on this thread.</param>
    /// <param name="maintenance">Completes pending deletions first, if the engine asks for it. Called on this
    /// thread.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="manifests">Its accepted manifests.</param>
    /// <param name="sql">The query.</param>
    /// <param name="json">JSON instead of tab-separated values.</param>
    /// <param name="cancel">The client disconnected.</param>
    /// <returns>The answer, already in the audit log; null: too many queries are running.</returns>
    /// <exception cref="IOException">The audit log can't be written: there is no answer.</exception>
    /// <exception cref="StoreException">The store could not run the query now.</exception>
    public async Task<RawAnswer?> RunAsync(
        (string Name, Role Role) who, IRawQuery raw, IStoreMaintenance maintenance, string tool,
        IEnumerable<ToolManifest> manifests, string sql, bool json, CancellationToken cancel)
    {
        if (!await _slots.WaitAsync(TimeSpan.Zero, cancel))
            return null;
        var entry = new AuditEntry(who.Name, who.Role, AuditEntry.QueryAction, "") { Tool = tool, Query = sql };
        try
        {
            var query = new RawQuery(
                sql, [.. manifests.SelectMany(Table.Of)], json ? RawAnswerFormat.Json : RawAnswerFormat.Tsv,
                limits.MaxQueryRows, limits.MaxQueryResultBytes, limits.MaxQueryMemoryMiB, limits.QueryTimeout);
            var answer = await RunAsync(raw, maintenance, tool, query, cancel);
            audit.Write(answer.Error is { } error
                ? entry with { Outcome = $"refused: {error}" }
                : entry with { Outcome = "answered", Rows = answer.Rows });
            return answer;
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            var reason = e is StoreException ? e.Message : "the client disconnected";
            audit.Write(entry with { Outcome = $"failed: {reason}" });
            throw;
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    // A query can read past any condition, so the bytes of deleted installations must be gone before it runs.
    // Nothing expires here: days are folded before that (StoreMaintenance).
    async Task<RawAnswer> RunAsync(
        IRawQuery raw, IStoreMaintenance maintenance, string tool, RawQuery query, CancellationToken cancel)
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            if (maintenance.PendingDeletions(tool) > 0)
                maintenance.Maintain(tool, time.GetUtcNow(), Retention.Unlimited, tryEmptyJournal, cancel);
            if (await raw.QueryAsync(tool, query, cancel) is { Status: not RawQueryStatus.DeletionsPending } answer)
                return answer;
        }

        throw new StoreException(
            "Installations are being deleted. Raw events can't be read until that is complete. Try again in a minute.");
    }
}
