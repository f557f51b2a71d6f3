// SPDX-License-Identifier: MIT
// What a question sees: one moment of a tool's store, as long as it is read.

namespace Tallymark.DuckDb.Reading;

/// <summary>A transaction, the files that counted when it began, and what was being deleted then. One thread at a time.</summary>
sealed class ReadSnapshot : IDisposable
{
    readonly Transaction _transaction;
    readonly ToolFiles.Lease _lease;
    RollupState? _state;

    /// <summary>
    /// What counts now. The order matters: first what is being deleted, then the files, then what is read of the rollups. A file that lacks
    /// deleted rows may come together with a request that names them, never the other way round.
    /// </summary>
    /// <exception cref="Tallymark.Store.StoreException">The store is being closed.</exception>
    public ReadSnapshot(Database engine, ToolFiles files, DeletedInstallations deleted)
    {
        Deleting = deleted.Pending;
        Connection = engine.Connect();
        try
        {
            _transaction = new Transaction(Connection);
            Connection.Execute($"SELECT count(*) FROM {Sql.Deleting}");
            _lease = files.Take();
        }
        catch
        {
            _transaction?.Dispose();
            Connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection within the transaction.</summary>
    public Connection Connection { get; }

    /// <summary>The files.</summary>
    public FileView Files => _lease.View;

    /// <summary>Requests to delete whose rows may still be in the files.</summary>
    public IReadOnlyList<DeletionRequest> Deleting { get; }

    /// <summary>How far the rollups are; what is read of them later fits it.</summary>
    public RollupState State => _state ??= RollupState.Read(Connection, Files.Rollups.Alias);

    // The lease last: a file that a transaction has read from can't be attached otherwise before that has ended.
    public void Dispose()
    {
        _transaction.Dispose();
        Connection.Dispose();
        _lease.Dispose();
    }
}
