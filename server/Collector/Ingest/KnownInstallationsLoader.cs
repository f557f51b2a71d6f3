// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// Tells <see cref="InstallationQuota"/> the installations that the store has, before a tool's first batch since the
/// start, or since the tool was idle. Thread-safe.
/// </summary>
sealed class KnownInstallationsLoader(InstallationQuota quota, StoreThread store, ILogger log)
{
    readonly ConcurrentDictionary<string, Lazy<Task>> _loads = new(StringComparer.Ordinal);

    /// <summary>
    /// Completes when the quota knows them. Cost: at the first call a scan of one column; then none.
    /// </summary>
    /// <exception cref="StoreException">The store can't be read now; the next call tries again.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public Task LoadAsync(Tool tool)
    {
        var load = _loads.GetOrAdd(
            tool.Name, static (_, state) => new Lazy<Task>(() => Task.Run(() => state.Loader.Load(state.Tool))),
            (Loader: this, Tool: tool));
        return load.Value.IsFaulted ? RetryAsync(tool, load) : load.Value;
    }

    /// <summary>Forgets a tool's installations until its next batch.</summary>
    public void Forget(string tool)
    {
        _loads.TryRemove(tool, out _);
        quota.Forget(tool);
    }

    Task RetryAsync(Tool tool, Lazy<Task> failed)
    {
        _loads.TryRemove(KeyValuePair.Create(tool.Name, failed));
        return LoadAsync(tool);
    }

    void Load(Tool tool) => store.Readers.ReadToTheEnd(s =>
    {
        try
        {
            quota.AddKnown(tool.Name, s.Installations(tool.Name, tool.Tables));
        }
        catch (DamagedStoreException e)
        {
            // Collecting goes on: installations of the damaged file are taken for new, and lift no row on their day.
            log.InstallationsDamaged(tool.Name, e.Message);
        }

        return true;
    });
}
