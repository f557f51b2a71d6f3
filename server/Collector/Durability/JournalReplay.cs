// SPDX-License-Identifier: MIT
// Brings into the store what an earlier process acknowledged and did not get there: the first thing that a start does with the store.

using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Durability;

/// <summary>Reads a journal once. One thread.</summary>
sealed class JournalReplay(DataFolder data, StoreThread store, ILogger log)
{
    readonly Dictionary<(string Tool, long Version), IReadOnlyList<Table>> _tables = [];

    /// <summary>After it all of the journal is in the store. Where it fails, all that is not stays in the journal.</summary>
    /// <exception cref="IOException">The journal can't be read.</exception>
    /// <exception cref="StoreException">The store does not take it.</exception>
    public async Task RunAsync(IJournal journal)
    {
        var batches = 0;
        try
        {
            foreach (var batch in journal.Read(Find))
            {
                while (!store.WaitForRoom(batch.Tool))
                    await store.FlushAsync(batch.Tool); // throws, and says why, unless it works by now
                store.Enqueue(batch);
                batches++;
            }
        }
        catch (InvalidDataException e)
        {
            throw new IOException(
                $"{data.Journal}: {e.Message}. Start the version of the collector that wrote it once, or put its manifest back below {data.Tools}. "
                + "Nothing of the journal is lost.", e);
        }

        await store.FlushAsync();
        journal.Close();
        if (batches > 0)
            log.JournalRead(batches);
    }

    // By the manifests as they were accepted, and the store gets their tables first: the collector has not read them yet.
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
        if (!File.Exists(path) || ManifestReader.Read(File.ReadAllText(path)).Manifest is not { } manifest)
            return [];
        var tables = Table.Of(manifest);
        store.AskAsync(tool, s =>
        {
            s.Prepare(tool, tables, Rollup.Of(manifest));
            return true;
        }).GetAwaiter().GetResult();
        return tables;
    }
}
