// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb;

/// <summary>
/// Batches that are written in one transaction, table by table. Checks everything that can be checked before it writes.
/// </summary>
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
    /// <exception cref="StoreException">Its rows do not fit the part.</exception>
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

    /// <summary>Writes everything into a part in one transaction; on return it is durable.</summary>
    /// <exception cref="StoreException">Nothing was written.</exception>
    public void Write(Connection connection, string alias)
    {
        using var transaction = new Transaction(connection);
        foreach (var table in _tables)
            Append(connection, alias, Sql.SchemaOf(table.Table), table.Table.Name, table.Table.Columns, table.Runs);
        Append(connection, alias, Sql.Counted, "_batches", BatchColumns, [new(_batches, _batches[0].Count)]);
        transaction.Commit();
    }

    // A column without a value in the whole group, such as `provenance` or `withheld`, is not appended: its rows get
    // null all the same, and a column of nulls costs about as much as any other.
    static void Append(
        Connection connection, string alias, string schema, string table, IReadOnlyList<Column> columns,
        IReadOnlyList<RowRun> runs)
    {
        int[] used = [.. Enumerable.Range(0, columns.Count).Where(i => runs.Any(run => run.Columns[i].HasValues))];
        Column[] appended = [.. used.Select(i => columns[i])];
        using var chunk = new ChunkWriter(appended);
        using var appender = new Appender(connection, alias, schema, table, appended);
        foreach (var run in runs)
        {
            ColumnBuffer[] values = [.. used.Select(i => run.Columns[i])];
            for (var row = 0; row < run.Count;)
            {
                row = chunk.Fill(values, row, run.Count);
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
                throw Invalid(tool, rows.Table, i, "a row was appended and neither kept nor discarded");
            if (rows[i].Type == ColumnType.Time && rows[i].Numbers.ContainsAnyInRange(long.MinValue, -1))
                throw Invalid(tool, rows.Table, i, "a time lies before 1970");
        }
    }

    static StoreException Invalid(string tool, Table table, int column, string what) =>
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
    sealed record RowRun(IReadOnlyList<ColumnBuffer> Columns, int Count);

    /// <summary>All rows of the group with the same columns: the work of one appender.</summary>
    sealed class TableRows(Table table)
    {
        readonly List<RowRun> _runs = [];

        public Table Table => table;

        public IReadOnlyList<RowRun> Runs => _runs;

        public void Add(EventRows rows) => _runs.Add(new(rows.Columns, rows.Count));

        // Two versions of a manifest can give a table different columns; usually all rows have the same Table object.
        public bool IsOf(Table other) =>
            ReferenceEquals(table, other)
            || (string.Equals(table.Name, other.Name, StringComparison.Ordinal)
                && table.IsDevelopment == other.IsDevelopment && table.Columns.SequenceEqual(other.Columns));
    }
}
