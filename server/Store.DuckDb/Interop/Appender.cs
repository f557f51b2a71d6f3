// SPDX-License-Identifier: MIT
// Appends chunks to some columns of one table, within the connection's transaction.

namespace Tallymark.DuckDb.Interop;

/// <summary>An appender on one table. Columns that are not named get null.</summary>
sealed class Appender : IDisposable
{
    readonly AppenderHandle _handle;
    readonly string _place;

    /// <summary>Opens it.</summary>
    /// <exception cref="StoreException">There is no such table or column.</exception>
    public Appender(Connection connection, string alias, string schema, string table, IReadOnlyList<Column> columns)
    {
        _place = $"{connection.Place}, table {table}";
        var state = Native.duckdb_appender_create_ext(connection.Handle, alias, schema, table, out _handle);
        for (var i = 0; i < columns.Count && state == 0; i++)
            state = Native.duckdb_appender_add_column(_handle, columns[i].Name);
        if (state == 0)
            return;
        var failure = Failure.Of(_place, "append to it", Native.duckdb_appender_error(_handle));
        _handle.Dispose();
        throw failure;
    }

    /// <summary>Appends the chunk's rows and empties it.</summary>
    public void Append(ChunkWriter chunk) => chunk.Append(_handle, _place);

    /// <summary>Hands all rows to the transaction. Without it they may or may not be part of it.</summary>
    public void Finish()
    {
        if (Native.duckdb_appender_close(_handle) != 0)
            throw Failure.Of(_place, "append rows", Native.duckdb_appender_error(_handle));
    }

    public void Dispose() => _handle.Dispose();
}
