// SPDX-License-Identifier: MIT
// A transaction that is rolled back unless it was committed.

namespace Tallymark.DuckDb.Interop;

/// <summary>A transaction of a connection.</summary>
sealed class Transaction : IDisposable
{
    readonly Connection _connection;
    bool _open = true;

    /// <summary>Begins it.</summary>
    public Transaction(Connection connection)
    {
        _connection = connection;
        connection.Execute("BEGIN TRANSACTION");
    }

    /// <summary>Makes it last: on return it is on disk.</summary>
    /// <exception cref="StoreException">None of it was written.</exception>
    public void Commit()
    {
        _connection.Execute("COMMIT");
        _open = false;
    }

    public void Dispose()
    {
        if (!_open)
            return;
        _open = false;
        try
        {
            _connection.Execute("ROLLBACK");
        }
        catch (StoreException)
        {
            // A COMMIT that failed has rolled back already. The failure that led here is on its way and is the one to
            // tell.
        }
    }
}
