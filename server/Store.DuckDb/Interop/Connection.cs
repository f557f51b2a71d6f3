// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Interop;

/// <summary>A connection. One thread at a time.</summary>
sealed class Connection(Database database, DuckDBNativeConnection handle, string place) : IDisposable
{
    /// <summary>The file, for messages.</summary>
    public string Place => place;

    /// <summary>The native connection.</summary>
    public DuckDBNativeConnection Handle => handle;

    /// <summary>Runs one statement for its effect; values as in <see cref="Query"/>.</summary>
    /// <exception cref="StoreException">DuckDB refused the statement.</exception>
    public void Execute(string sql, params ReadOnlySpan<object> values)
    {
        using var rows = Query(sql, values);
        while (rows.Read())
        {
            // A streamed statement has taken effect when its last chunk is fetched.
        }
    }

    /// <summary>The same for a long-running statement, which can be cancelled: then none of it takes effect.</summary>
    /// <exception cref="OperationCanceledException">The statement was cancelled.</exception>
    public void Execute(string sql, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var registration = cancel.Register(handle.Interrupt);
        try
        {
            Execute(sql);
        }
        catch (StoreException e) when (
            cancel.IsCancellationRequested && e.Message.Contains("INTERRUPT", StringComparison.Ordinal))
        {
            throw new OperationCanceledException(e.Message, e, cancel);
        }
    }

    /// <summary>Interrupts the running statement, which then fails. Thread-safe.</summary>
    public void Interrupt()
    {
        try
        {
            handle.Interrupt();
        }
        catch (ObjectDisposedException)
        {
            // It was closed meanwhile.
        }
    }

    /// <summary>Runs one query; values are long or string, for $1, $2 and so on.</summary>
    /// <exception cref="StoreException">DuckDB refused the query.</exception>
    public Rows Query(string sql, params ReadOnlySpan<object> values)
    {
        var prepared = NativeMethods.PreparedStatements.DuckDBPrepare(handle, sql, out var statement);
        using (statement)
        {
            if (prepared != DuckDBState.Success)
                throw ErrorOf(statement, "prepare a statement");
            for (var i = 0; i < values.Length; i++)
            {
                var bound = values[i] switch
                {
                    long number => NativeMethods.PreparedStatements.DuckDBBindInt64(statement, i + 1, number),
                    string text => NativeMethods.PreparedStatements.DuckDBBindVarchar(statement, i + 1, text),
                    _ => throw new ArgumentException($"Value {i + 1} is neither a long nor a string.", nameof(values)),
                };
                if (bound != DuckDBState.Success)
                    throw ErrorOf(statement, $"bind value {i + 1}");
            }

            return Rows.Run(place, statement);
        }
    }

    /// <summary>
    /// Checkpoints a file: moves its log into it. Impossible while a transaction still reads what it would replace.
    /// </summary>
    /// <returns>False: not possible now.</returns>
    /// <exception cref="StoreException">The checkpoint failed.</exception>
    public bool TryCheckpoint(string alias)
    {
        try
        {
            Execute($"CHECKPOINT \"{alias}\"");
            return true;
        }
        catch (StoreException e) when (e.Message.Contains("Cannot CHECKPOINT", StringComparison.Ordinal))
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (handle.IsClosed)
            return;
        handle.Dispose();
        database.OnDisconnected();
    }

    StoreException ErrorOf(DuckDBPreparedStatement statement, string action) =>
        DuckDbErrors.Create(place, action, NativeMethods.PreparedStatements.DuckDBPrepareError(statement));
}
