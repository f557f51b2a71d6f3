// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Durability;

/// <summary>
/// Brings into the store the batches that an earlier process acknowledged and did not commit. A start does this before
/// anything else with the store. Not thread-safe.
/// </summary>
sealed class JournalReplay(DataFolder data, StoreThread store, PreparingStore preparing, Limits limits, ILogger log)
{
    readonly Dictionary<(string Tool, long Version), IReadOnlyList<Table>> _tables = [];

    /// <summary>
    /// On return everything in the journal is in the store, except batches that the store does not accept now, or not
    /// within <see cref="Limits.MaxReplayTime"/>: they stay in the journal and are committed while the collector
    /// serves.
    /// </summary>
    /// <exception cref="IOException">The journal can't be read; everything stays in it.</exception>
    public async Task RunAsync(IJournal journal)
    {
        var started = Stopwatch.GetTimestamp();
        var batches = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var batch in journal.Read(Find))
        {
            // Waits while healthy tools lag. The batches of a tool that fails or is slow are no more than the earlier
            // process let wait.
            _ = store.WaitForRoom(batch.Tool, TimeLeft(started));
            store.Enqueue(batch);
            batches[batch.Tool] = batches.GetValueOrDefault(batch.Tool) + 1;
        }

        var flushes = batches
            .Select(one => (Tool: one.Key, Batches: one.Value, Done: store.FlushAsync(one.Key))).ToList();
        var all = Task.WhenAll(flushes.Select(one => one.Done));
        await ((Task)all).WaitAsync(TimeLeft(started)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var (tool, count, done) in flushes)
        {
            if (!done.IsCompleted)
            {
                log.JournalWaits(count, tool, "The start does not wait longer for them.");
                _ = done.ContinueWith(
                    _ => log.JournalRead(count), CancellationToken.None,
                    TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            }
            else if (done.Exception?.InnerException is StoreException e)
                log.JournalWaits(count, tool, e.Message);
        }

        foreach (var held in journal.Held.GroupBy(batch => batch.Reason, StringComparer.Ordinal))
            log.BatchesHeld(HeldText(held.First(), held.Count(), data));
        journal.Close();
        if (flushes.Where(one => one.Done.IsCompletedSuccessfully).Sum(one => one.Batches) is > 0 and var stored)
            log.JournalRead(stored);
    }

    /// <summary>
    /// Manifests were loaded: brings into the store the batches that waited for one of them. One thread at a time.
    /// </summary>
    public void TakeHeld(IJournal journal)
    {
        if (journal.Held.Count == 0)
            return;
        _tables.Clear(); // some were missing
        var taken = journal.TakeHeld(Find);
        foreach (var batch in taken)
            store.Enqueue(batch);
        if (taken.Count > 0)
            log.HeldRead(taken.Count);
    }

    /// <summary>Tells the operator about batches that wait for a manifest.</summary>
    public static string HeldText(HeldBatch held, int batches, DataFolder data) =>
        $"{batches} batches of {held.Tool} wait in the journal: {held.Reason}. Restore that manifest below "
        + $"{data.Manifests(held.Tool)}, or in the manifests folder, and run tallymark reload. Other tools are not "
        + "affected.";

    // Uses the accepted manifests in the data folder, since the collector has not read its manifests yet. The first
    // commit gives the store their tables: that can take long.
    Table? Find(string tool, long version, string name, bool isDevelopment)
    {
        if (!_tables.TryGetValue((tool, version), out var tables))
            _tables.Add((tool, version), tables = Read(tool, version));
        var table = tables.FirstOrDefault(t => t.Name == name);
        return isDevelopment ? table?.Development : table;
    }

    IReadOnlyList<Table> Read(string tool, long version)
    {
        var path = Path.Combine(data.Manifests(tool), version.ToString(CultureInfo.InvariantCulture) + ".yaml");
        if (!File.Exists(path) || ManifestReader.ReadAccepted(File.ReadAllText(path)).Manifest is not { } manifest)
            return [];
        preparing.PrepareLater(tool, manifest);
        return Table.Of(manifest);
    }

    TimeSpan TimeLeft(long started)
    {
        var left = limits.MaxReplayTime - Stopwatch.GetElapsedTime(started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
