// SPDX-License-Identifier: MIT
// Which installations a tool has: a scan of one column of each table and part.

namespace Tallymark.DuckDb.Reading;

static class KnownInstallations
{
    /// <summary>The installations with an event that counts, each at least once.</summary>
    public static IEnumerable<string> Read(Database engine, ToolFiles files, IReadOnlyList<Table> tables)
    {
        using var lease = files.Take();
        using var connection = engine.Connect(); // gone before the lease, with what it still reads from
        var columns = tables.Where(t => t.Installation >= 0).Select(t => (Table: t.Name, Column: t.Columns[t.Installation].Name)).Distinct().ToList();
        foreach (var part in lease.View.Parts)
        {
            foreach (var (table, column) in columns)
            {
                if (part.Catalog.Find(Sql.Counted, table, column) is null)
                    continue;
                var counts = part.Catalog.Find(Sql.Counted, table, Table.Counts) is null ? "true" : $"{Sql.Name(Table.Counts)} IS NOT FALSE";
                using var rows = connection.Query(
                    $"SELECT DISTINCT {Sql.Name(column)} FROM {Sql.TableName(part.Alias, Sql.Counted, table)} WHERE {Sql.Name(column)} IS NOT NULL AND {counts}");
                while (rows.Read())
                    yield return rows.Text(0)!;
            }
        }
    }
}
