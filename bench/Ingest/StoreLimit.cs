// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Tallymark.Bench.Ingest;

/// <summary>
/// Measures the store's limit: the same rows straight into DuckDB, in commits of 20,000, on one thread.
/// </summary>
static class StoreLimit
{
    const int EventsPerBatch = 50;
    const int EventsPerCommit = 20_000;

    /// <summary>Events per second.</summary>
    public static double Measure(string folder, string manifest, int events)
    {
        var read = ManifestReader.Read(File.ReadAllText(manifest)).Manifest
            ?? throw new InvalidOperationException(manifest + " has errors.");
        var tables = Table.Of(read);
        using var store = new DuckDbEventStore(folder);
        store.Prepare(read.Tool, tables);
        var random = new Random(1);
        var time = TimeSpan.Zero;
        for (var done = 0; done < events; done += EventsPerCommit)
        {
            // Made outside the measured time.
            var batches = new List<StoredBatch>();
            for (var i = 0; i < EventsPerCommit / EventsPerBatch; i++)
                batches.Add(Batch(tables, random));
            var began = Stopwatch.GetTimestamp();
            store.Commit(read.Tool, batches);
            time += Stopwatch.GetElapsedTime(began);
        }

        return events / time.TotalSeconds;
    }

    static StoredBatch Batch(IReadOnlyList<Table> tables, Random random)
    {
        var installation = new byte[64];
        for (var i = 0; i < installation.Length; i++)
            installation[i] = (byte)"0123456789abcdef"[random.Next(16)];
        var now = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
        now -= now % 1_000_000_000;
        var rows = new Dictionary<Table, EventRows>();
        for (var i = 0; i < EventsPerBatch; i++)
        {
            // The mix of BatchText.
            var name = random.Next(10) switch
            {
                < 4 => "build",
                < 7 => "install",
                7 => "remove",
                8 => "search",
                _ => "list"
            };
            var table = tables.First(t => t.Name == name);
            if (!rows.TryGetValue(table, out var of))
                rows.Add(table, of = new EventRows(table));
            for (var column = 0; column < table.Columns.Count; column++)
                Append(of[column], table.Columns[column], now, installation, random);
            of.Keep();
        }

        return new StoredBatch(Guid.NewGuid(), now, [.. rows.Values]);
    }

    static void Append(ColumnBuffer to, Column column, long now, byte[] installation, Random random)
    {
        switch (column.Type)
        {
            case ColumnType.Time: to.Append(now); break;
            case ColumnType.Boolean: to.Append(1); break;
            case ColumnType.Integer when column.Name == Table.Network: to.AppendNull(); break;
            case ColumnType.Integer: to.Append(column.Name == "duration" ? random.Next(10_000, 100_000) : 1); break;
            case ColumnType.Text when column.Name == "installation": to.Append(installation); break;
            case ColumnType.Text when column.Name == Table.Provenance: to.AppendNull(); break;
            case ColumnType.Text: to.Append("debian.12"u8); break;
            case ColumnType.TextSet when column.Name == "withheld": to.AppendNull(); break;
            case ColumnType.TextSet: to.AddText("interactive"u8); to.EndSet(); break;
            default: to.AppendNull(); break;
        }
    }
}
