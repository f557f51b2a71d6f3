// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Reading;

/// <summary>
/// One moment of a tool's store for a read: a transaction, the files that were current when it began, and the deletions
/// that were pending then. One thread at a time.
/// </summary>
sealed class ReadSnapshot : IDisposable
{
    readonly Transaction _transaction;
    readonly FileLease _lease;
    RollupState? _state;

    /// <summary>
    /// The present moment. The order matters: first the pending deletions, then the files, then the rollups. Files
    /// without deleted rows may come together with a deletion that names them, never the other way round.
    /// </summary>
    /// <exception cref="StoreException">The store is closing.</exception>
    public ReadSnapshot(Database engine, ToolFiles files, DeletedInstallations deleted)
    {
        Deletions = deleted.Pending;
        Connection = engine.Connect();
        try
        {
            _transaction = new Transaction(Connection);
            Connection.Execute($"SELECT count(*) FROM {Sql.DeletedIds}");
            _lease = files.Acquire();
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

    /// <summary>Pending deletions, whose rows may still be in the files.</summary>
    public IReadOnlyList<PendingDeletion> Deletions { get; }

    /// <summary>The state of the rollups; later reads of the rollups match it.</summary>
    public RollupState State => _state ??= RollupState.Read(Connection, Files.Rollups.Alias);

    // The lease last: a file that a transaction has read can't be reattached before the transaction ends.
    public void Dispose()
    {
        _transaction.Dispose();
        Connection.Dispose();
        _lease.Dispose();
    }
}
