// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tools;

/// <summary>
/// Releases what a tool needs only while batches of it come, once nothing has used its store for
/// <see cref="Limits.StoreIdleTime"/>: open files, compiled manifests, known installations, empty rows. One thread at a
/// time.
/// </summary>
sealed class IdleTools(
    ToolSet tools, StoreThread store, TotalsFiles totals, KnownInstallationsLoader known, RowPool pool, Limits limits)
{
    public void Release()
    {
        IReadOnlyList<string> closed;
        try
        {
            closed = store.Readers.Read(s => s.CloseIdle(limits.StoreIdleTime));
        }
        catch (ObjectDisposedException)
        {
            return; // stopping
        }

        foreach (var name in closed)
        {
            totals.Settle(name);
            known.Forget(name);
            foreach (var manifest in tools.Find(name)?.Accepted ?? [])
            {
                if (manifest.Release() is { } allowed)
                    pool.Forget(allowed.Tables);
            }
        }
    }
}
