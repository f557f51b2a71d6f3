// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Interop;

/// <summary>
/// Appends chunks to some columns of one table, within the connection's transaction; other columns get null. Disposing
/// an appender that was not finished may still write: roll the transaction back afterwards.
/// </summary>
sealed class Appender : IDisposable
{
    readonly DuckDBAppender _handle;
    readonly string _place;

    /// <summary>Opens it.</summary>
    /// <exception cref="StoreException">There is no such table or column.</exception>
    public Appender(Connection connection, string alias, string schema, string table, IReadOnlyList<Column> columns)
    {
        _place = $"{connection.Place}, table {table}";
        var state = NativeMethods.Appender.DuckDBAppenderCreateExt(
            connection.Handle, alias, schema, table, out _handle);
        for (var i = 0; i < columns.Count && state == DuckDBState.Success; i++)
            state = NativeAdditions.duckdb_appender_add_column(_handle, columns[i].Name);
        if (state == DuckDBState.Success)
            return;
        var failure = ErrorOf("append to it");
        _handle.Dispose();
        throw failure;
    }

    /// <summary>Appends the chunk's rows and clears the chunk.</summary>
    /// <exception cref="StoreException">DuckDB refused the rows.</exception>
    public void Append(ChunkWriter chunk)
    {
        if (chunk.Count == 0)
            return;
        if (NativeMethods.Appender.DuckDBAppendDataChunk(_handle, chunk.Complete()) != DuckDBState.Success)
            throw ErrorOf("append rows");
        chunk.Clear();
    }

    /// <summary>Passes all rows to the transaction. Without it they may or may not be part of it.</summary>
    /// <exception cref="StoreException">DuckDB refused the rows.</exception>
    public void Finish()
    {
        if (NativeMethods.Appender.DuckDBAppenderClose(_handle) != DuckDBState.Success)
            throw ErrorOf("append rows");
    }

    public void Dispose() => _handle.Dispose();

    StoreException ErrorOf(string action)
    {
        using var error = NativeMethods.Appender.DuckDBAppenderErrorData(_handle);
        return DuckDbErrors.Create(_place, action, NativeMethods.ErrorData.DuckDBErrorDataMessage(error));
    }
}
