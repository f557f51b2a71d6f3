// SPDX-License-Identifier: MIT

using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Durability;

/// <summary>
/// Brings into the store the batches that an earlier process acknowledged and did not commit. A start does this before
/// anything else with the store. Not thread-safe.
/// </summary>
sealed class JournalReplay(DataFolder data, StoreThread store, ILogger log)
{
    readonly Dictionary<(string Tool, long Version), IReadOnlyList<Table>> _tables = [];
    bool _isManifestMissing;

    /// <summary>
    /// On return everything in the journal is in the store, except batches that the store does not accept now: they
    /// stay in the journal and are retried while the collector serves the other tools.
    /// </summary>
    /// <exception cref="IOException">The journal can't be read; everything stays in it.</exception>
    public async Task RunAsync(IJournal journal)
    {
        var batches = 0;
        var tools = new SortedSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var batch in journal.Read(Find))
            {
                // Waits while healthy tools lag. The batches of a tool that fails are no more than the earlier process
                // let wait.
                _ = store.WaitForRoom(batch.Tool);
                store.Enqueue(batch);
                tools.Add(batch.Tool);
                batches++;
            }
        }
        catch (InvalidDataException e)
        {
            var restore = _isManifestMissing ? $"Restore that manifest below {data.Tools}, or run" : "Run";
            throw new IOException(
                $"{data.Journal}: {e.Message}. {restore} the collector version that wrote the journal once more. " +
                "The journal is unchanged.", e);
        }

        foreach (var tool in tools)
        {
            try
            {
                await store.FlushAsync(tool);
            }
            catch (StoreException e)
            {
                log.JournalWaits(tool, e.Message);
            }
        }

        journal.Close();
        if (batches > 0)
            log.JournalRead(batches);
    }

    // Uses the accepted manifests in the data folder, since the collector has not read its manifests yet, and gives the
    // store their tables first.
    Table? Find(string tool, long version, string name, bool isDevelopment)
    {
        if (!_tables.TryGetValue((tool, version), out var tables))
            _tables.Add((tool, version), tables = Read(tool, version));
        var table = tables.FirstOrDefault(t => t.Name == name);
        _isManifestMissing |= table is null;
        return isDevelopment ? table?.Development : table;
    }

    IReadOnlyList<Table> Read(string tool, long version)
    {
        var path = Path.Combine(data.Manifests(tool), version.ToString(CultureInfo.InvariantCulture) + ".yaml");
        if (!File.Exists(path) || ManifestReader.Read(File.ReadAllText(path)).Manifest is not { } manifest)
            return [];
        var tables = Table.Of(manifest);
        try
        {
            store.InvokeAsync(tool, s =>
            {
                s.Prepare(tool, tables, Rollup.Of(manifest));
                return true;
            }).GetAwaiter().GetResult();
        }
        catch (StoreException)
        {
            // The commit of its batches fails too, and says why.
        }

        return tables;
    }
}
