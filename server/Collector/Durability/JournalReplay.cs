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
    /// On return everything in the journal is in the store. On failure everything that is not stays in the journal.
    /// </summary>
    /// <exception cref="IOException">The journal can't be read.</exception>
    /// <exception cref="StoreException">The store does not accept a batch.</exception>
    public async Task RunAsync(IJournal journal)
    {
        var batches = 0;
        try
        {
            foreach (var batch in journal.Read(Find))
            {
                while (!store.WaitForRoom(batch.Tool))
                    await store.FlushAsync(batch.Tool); // throws with the reason, unless the store works again
                store.Enqueue(batch);
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

        await store.FlushAsync();
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
        store.InvokeAsync(tool, s =>
        {
            s.Prepare(tool, tables, Rollup.Of(manifest));
            return true;
        }).GetAwaiter().GetResult();
        return tables;
    }
}
