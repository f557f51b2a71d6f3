// SPDX-License-Identifier: MIT
// The installations of a tool whose events are gone and must not come back.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Tallymark.DuckDb.Interop;
using Tallymark.Store;

namespace Tallymark.DuckDb;

/// <summary>The table <c>_deleted</c>, with its ids in memory. Of the writing thread.</summary>
sealed class DeletedInstallations
{
    const int LongestId = 64;

    readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>Reads the ids that the file has.</summary>
    public DeletedInstallations(Connection connection)
    {
        connection.Execute(Sql.Deleted);
        using var rows = connection.Query("SELECT id FROM main._deleted");
        while (rows.Read())
            _ids.Add(rows.Text(0)!);
    }

    /// <summary>Takes their events out of a batch.</summary>
    public void TakeOut(StoredBatch batch)
    {
        if (_ids.Count == 0)
            return;
        foreach (var rows in batch.Rows)
        {
            if (rows.Table.Installation >= 0)
                rows.TakeOut(rows.Table.Installation, Has);
        }
    }

    /// <summary>Notes the ids and removes their rows in one transaction.</summary>
    /// <exception cref="StoreException">Nothing of it was done.</exception>
    public void Add(Connection connection, IReadOnlyList<Table> tables, IReadOnlyList<string> installations)
    {
        var added = new HashSet<string>(installations, StringComparer.Ordinal);
        added.ExceptWith(_ids);
        using (var transaction = new Transaction(connection))
        {
            foreach (var id in added)
                connection.Execute("INSERT INTO main._deleted VALUES ($1)", id);

            // Also of ids that were noted before: a table may be one that the earlier call did not name.
            object[] ids = [.. installations];
            var places = string.Join(", ", ids.Select((_, i) => $"${i + 1}"));
            foreach (var (table, column) in ColumnsOf(tables))
                connection.Execute($"DELETE FROM {table} WHERE {Sql.Name(column)} IN ({places})", ids);
            transaction.Commit();
        }

        _ids.UnionWith(added);
    }

    // Several versions of a manifest name one column often. What the makers' own builds sent lies apart.
    static HashSet<(string Table, string Column)> ColumnsOf(IReadOnlyList<Table> tables)
    {
        var columns = new HashSet<(string, string)>();
        foreach (var table in tables.Concat(tables.Select(t => t.Development).OfType<Table>()))
        {
            if (table.Installation >= 0)
                columns.Add((Sql.TableName(table), table.Columns[table.Installation].Name));
        }

        return columns;
    }

    bool Has(ReadOnlySpan<byte> id)
    {
        if (id.Length > LongestId)
            return false;
        Span<char> text = stackalloc char[LongestId];
        var length = Encoding.Latin1.GetChars(id, text);
        return _ids.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text[..length]);
    }
}
