// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Interop;

/// <summary>A transaction of a connection. Dispose rolls it back unless it was committed.</summary>
sealed class Transaction : IDisposable
{
    readonly Connection _connection;
    bool _isOpen = true;

    /// <summary>Begins it.</summary>
    public Transaction(Connection connection)
    {
        _connection = connection;
        connection.Execute("BEGIN TRANSACTION");
    }

    /// <summary>Commits; on return the transaction is durable.</summary>
    /// <exception cref="StoreException">Nothing was written.</exception>
    public void Commit()
    {
        _connection.Execute("COMMIT");
        _isOpen = false;
    }

    public void Dispose()
    {
        if (!_isOpen)
            return;
        _isOpen = false;
        try
        {
            _connection.Execute("ROLLBACK");
        }
        catch (StoreException)
        {
            // A failed COMMIT has rolled back already. The caller reports the failure that led here.
        }
    }
}
