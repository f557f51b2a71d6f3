// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Publish.Tests;

/// <summary>One event.</summary>
/// <param name="Time">When (UTC).</param>
/// <param name="Event">Its name.</param>
/// <param name="Status">Its status.</param>
/// <param name="Installation">The installation that sent it; becomes 64 hexadecimal digits.</param>
/// <param name="Fields">Its other text fields; absent ones are null.</param>
sealed record StoredEvent(
    DateTime Time, string Event, string Status, int Installation, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>True if a development build sent it.</summary>
    public bool Development { get; init; }
}

/// <summary>Writes events into a real store, as the collector does.</summary>
static class StoredEvents
{
    /// <summary>Creates a data folder with the tool's tables and these events, and closes the store.</summary>
    public static void Write(string data, ToolManifest manifest, IEnumerable<StoredEvent> events)
    {
        using var store = new DuckDbEventStore(data);
        var tables = Table.Of(manifest).ToDictionary(t => t.Name, StringComparer.Ordinal);
        store.Prepare(manifest.Tool, [.. tables.Values]);
        var rows = events.GroupBy(e => (e.Event, e.Development))
            .Select(g => Rows(
                g.Key.Development ? tables[g.Key.Event].Development! : tables[g.Key.Event], manifest.Version, g));
        store.Commit(manifest.Tool, [new StoredBatch(Guid.NewGuid(), Received: 0, [.. rows])]);
    }

    static EventRows Rows(Table table, int version, IEnumerable<StoredEvent> events)
    {
        var rows = new EventRows(table);
        foreach (var e in events)
        {
            for (var i = 0; i < table.Columns.Count; i++)
            {
                switch (table.Columns[i].Name)
                {
                    case "time":
                        rows[i].Append(UnixTime.Nanoseconds(new(e.Time, TimeSpan.Zero)));
                        break;
                    case "received":
                        rows[i].Append(1L);
                        break;
                    case "manifest":
                        rows[i].Append(version);
                        break;
                    case "status":
                        rows[i].Append(Encoding.UTF8.GetBytes(e.Status));
                        break;
                    case "installation":
                        rows[i].Append(Encoding.UTF8.GetBytes($"{e.Installation:x64}"));
                        break;
                    case var name when e.Fields.TryGetValue(name, out var value):
                        rows[i].Append(Encoding.UTF8.GetBytes(value));
                        break;
                }
            }

            rows.Keep();
        }

        return rows;
    }
}
