// SPDX-License-Identifier: MIT
// One transaction: the rows of many batches, table by table, and the batches' ids.

namespace Tallymark.DuckDb;

/// <summary>Batches that are written together. What can be checked is checked before anything is written.</summary>
sealed class CommitGroup
{
    static readonly Column[] BatchColumns =
    [
        new("id", ColumnType.Uuid),
        new("received", ColumnType.Time),
        new("events", ColumnType.Integer),
    ];

    readonly List<TableRows> _tables = [];
    readonly ColumnBuffer[] _batches = [.. BatchColumns.Select(column => new ColumnBuffer(column.Type))];

    /// <summary>Adds a batch.</summary>
    /// <exception cref="StoreException">Its rows do not fit the file.</exception>
    public void Add(string tool, StoredBatch batch, Catalog catalog)
    {
        long events = 0;
        foreach (var rows in batch.Rows)
        {
            Check(tool, rows);
            RowsOf(tool, rows.Table, catalog).Add(rows);
            events += rows.Count;
        }

        _batches[0].Append(batch.Id);
        _batches[1].Append(batch.Received);
        _batches[2].Append(events);
    }

    /// <summary>Writes all of it into the file of that name in one transaction; on return it is on disk.</summary>
    /// <exception cref="StoreException">Nothing of it was written.</exception>
    public void Write(Connection connection, string alias)
    {
        using var transaction = new Transaction(connection);
        foreach (var table in _tables)
            Append(connection, alias, Sql.SchemaOf(table.Table), table.Table.Name, table.Table.Columns, table.Parts);
        Append(connection, alias, Sql.Counted, "_batches", BatchColumns, [new(_batches, _batches[0].Count)]);
        transaction.Commit();
    }

    static void Append(
        Connection connection, string alias, string schema, string table, IReadOnlyList<Column> columns, IReadOnlyList<Part> parts)
    {
        using var chunk = new ChunkWriter(columns);
        using var appender = new Appender(connection, alias, schema, table, columns);
        foreach (var part in parts)
        {
            for (var row = 0; row < part.Count;)
            {
                row = chunk.Fill(part.Columns, row, part.Count);
                if (chunk.Count == ChunkWriter.Capacity)
                    appender.Append(chunk);
            }
        }

        appender.Append(chunk);
        appender.Finish();
    }

    static void Check(string tool, EventRows rows)
    {
        for (var i = 0; i < rows.Columns.Count; i++)
        {
            if (rows[i].Count != rows.Count)
                throw Wrong(tool, rows.Table, i, "a row was appended and neither kept nor taken back");
            if (rows[i].Type == ColumnType.Time && rows[i].Numbers.ContainsAnyInRange(long.MinValue, -1))
                throw Wrong(tool, rows.Table, i, "a time before 1970");
        }
    }

    static StoreException Wrong(string tool, Table table, int column, string what) =>
        new($"Tool {tool}, table {table.Name}, column {table.Columns[column].Name}: {what}.");

    TableRows RowsOf(string tool, Table table, Catalog catalog)
    {
        foreach (var rows in _tables)
        {
            if (rows.IsOf(table))
                return rows;
        }

        catalog.Check(tool, table);
        var added = new TableRows(table);
        _tables.Add(added);
        return added;
    }

    /// <summary>Rows of one batch.</summary>
    sealed record Part(IReadOnlyList<ColumnBuffer> Columns, int Count);

    /// <summary>All rows of the group that have one shape: one appender's work.</summary>
    sealed class TableRows(Table table)
    {
        readonly List<Part> _parts = [];

        public Table Table => table;

        public IReadOnlyList<Part> Parts => _parts;

        public void Add(EventRows rows) => _parts.Add(new(rows.Columns, rows.Count));

        // Two versions of a manifest give one table two shapes; usually all rows come from one Table object.
        public bool IsOf(Table other) =>
            ReferenceEquals(table, other)
            || (string.Equals(table.Name, other.Name, StringComparison.Ordinal) && table.IsDevelopment == other.IsDevelopment
                && table.Columns.SequenceEqual(other.Columns));
    }
}
