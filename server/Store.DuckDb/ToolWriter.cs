// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb;

/// <summary>
/// Stores a tool's batches and deletions into its active part. Thread-safe; changes run one at a time.
/// </summary>
sealed class ToolWriter
{
    static readonly TimeSpan MaxUnreadTime = TimeSpan.FromSeconds(5);

    readonly string _tool;
    readonly PartFolder _folder;
    readonly ToolFiles _files;
    readonly DuckDbOptions _options;
    readonly PartSealer _sealer;

    // Thread-safe: looked up while another thread commits.
    readonly BatchIds _batches = new();
    readonly DeletedInstallations _deleted;

    // The writing lock and what it guards (ToolDatabase).
    readonly Lock _writing;
    readonly Connection _connection;
    bool _hasFailed;

    /// <summary>Reads the pending deletions and the ids of recent batches. Cost: one column of each part.</summary>
    public ToolWriter(
        string tool, PartFolder folder, ToolFiles files, DuckDbOptions options, PartSealer sealer,
        DeletedInstallations deleted, Lock writing, Connection connection)
    {
        (_tool, _folder, _files, _options, _sealer) = (tool, folder, files, options, sealer);
        (_deleted, _writing, _connection) = (deleted, writing, connection);
        InsertPending();
        var oldest = options.OldestBatchDay(files.View.Parts.Max(part => BatchIds.NewestOf(connection, part)));
        foreach (var part in files.View.Parts)
            _batches.Read(connection, part, oldest);
    }

    /// <summary>The number of deleted installations whose bytes may still be in the files.</summary>
    public int PendingDeletions =>
        _deleted.Pending.SelectMany(pending => pending.Installations).Distinct(StringComparer.Ordinal).Count();

    /// <summary>Whether a write failed since the files were opened. Guarded by the writing lock.</summary>
    public bool HasFailed => _hasFailed;

    /// <summary>Adds missing tables and columns to the active part; all or none.</summary>
    /// <exception cref="StoreException">A column exists with another type, or the store failed.</exception>
    public void Prepare(IReadOnlyList<Table> tables)
    {
        lock (_writing)
        {
            var active = _files.View.Active;
            var statements = active.Catalog.Widen(_tool, active.Alias, tables);
            if (statements.Count == 0)
                return;
            if (active.HasLargeBlocks
                && BlockSize.For(active.Catalog.With(tables), long.MaxValue) == BlockSize.Small)
            {
                _sealer.Begin(active.Catalog.With(tables), expectedBytes: 0);
                return;
            }

            Write(() =>
            {
                using var transaction = new Transaction(_connection);
                foreach (var statement in statements)
                    _connection.Execute(statement);
                transaction.Commit();
            });
            active.Catalog = active.Catalog.With(tables);
        }
    }

    /// <summary>
    /// Whether the batch is new; removes the rows of deleted installations from it. Never waits for a commit.
    /// </summary>
    public bool IsNew(StoredBatch batch)
    {
        if (_batches.Contains(batch.Id))
            return false;
        _deleted.RemoveFrom(batch);
        return true;
    }

    /// <summary>
    /// Stores the batches that are new, in one transaction. Cost: one fsync, of two files where a log is new.
    /// </summary>
    /// <exception cref="StoreException">Nothing was stored.</exception>
    public bool[] Commit(IReadOnlyList<StoredBatch> batches)
    {
        lock (_writing)
        {
            var isStored = new bool[batches.Count];
            var ids = new HashSet<Guid>();
            var group = new CommitGroup();
            var active = _files.View.Active;
            for (var i = 0; i < isStored.Length; i++)
            {
                isStored[i] = IsNew(batches[i]) && ids.Add(batches[i].Id);
                if (isStored[i])
                    group.Add(_tool, batches[i], active.Catalog);
            }

            if (ids.Count == 0)
                return isStored;
            var isNewLog = !File.Exists(active.LogPath);
            Write(() => group.Write(_connection, active.Alias), sealIfFull: true);
            for (var i = 0; i < isStored.Length; i++)
            {
                if (isStored[i])
                    _batches.Add(batches[i].Id, batches[i].Received);
            }

            DurableFile.Protect(active.LogPath);
            if (isNewLog)
                DurableFile.SyncFolder(_folder.Parts); // DuckDB syncs the log but not its name
            _sealer.SealIfLong();
            _files.DetachUnread(MaxUnreadTime);
            NativeHeap.TrimSometimes();
            return isStored;
        }
    }

    /// <summary>Interrupts the running statement of a commit. Never waits.</summary>
    public void Interrupt() => _connection.Interrupt();

    /// <summary>
    /// Records that these installations are deleted. On return that is durable, and no new reader sees their rows.
    /// </summary>
    /// <exception cref="StoreException">Nothing was recorded.</exception>
    public void Delete(IReadOnlyList<Table> tables, IReadOnlyList<string> installations)
    {
        lock (_writing)
        {
            foreach (var table in tables)
                _files.View.Active.Catalog.Check(_tool, table);
            var pending = PendingDeletion.Of(tables, installations);
            _deleted.Add(pending);
            using var transaction = new Transaction(_connection);
            Insert(pending);
            transaction.Commit();
        }
    }

    /// <summary>Records that the bytes of these deletions are gone.</summary>
    /// <exception cref="StoreException">The deletions stay pending.</exception>
    public void CompleteDeletions(IReadOnlyList<PendingDeletion> completed)
    {
        if (completed.Count == 0)
            return;
        lock (_writing)
        {
            _deleted.Complete(completed);
            using var transaction = new Transaction(_connection);
            _connection.Execute($"DELETE FROM {Sql.DeletedIds}");
            InsertPending();
            transaction.Commit();
        }
    }

    /// <summary>Forgets the ids of batches that no client can resend.</summary>
    /// <param name="before">The first day of receipt whose batches are remembered.</param>
    public void ForgetOldBatches(DateOnly before) => _batches.Forget(before);

    /// <summary>The first day of receipt whose batch ids are remembered.</summary>
    public DateOnly OldestBatchDay() => _options.OldestBatchDay(_batches.Newest);

    /// <summary>Whether the connection does not work since the last failure. Guarded by the writing lock.</summary>
    public bool IsBroken()
    {
        if (!_hasFailed)
            return false;
        try
        {
            _connection.Execute($"SELECT 1 FROM \"{_files.View.Active.Alias}\".main._batches LIMIT 1");
            return _hasFailed = false;
        }
        catch (StoreException)
        {
            return true;
        }
    }

    void InsertPending()
    {
        foreach (var pending in _deleted.Pending)
            Insert(pending);
    }

    void Insert(PendingDeletion pending)
    {
        foreach (var id in pending.Installations)
            _connection.Execute($"INSERT INTO {Sql.DeletedIds} VALUES ($1)", id);
    }

    void Write(Action write, bool sealIfFull = false)
    {
        try
        {
            write();
        }
        catch (StoreException e)
        {
            _hasFailed = true;
            if (sealIfFull && e is FullMemoryException)
                SealFull();
            throw;
        }
    }

    // The rows of the active part are in memory until it is sealed. The next commit has that memory for itself.
    void SealFull()
    {
        try
        {
            _sealer.Seal();
        }
        catch (StoreException)
        {
            // HasFailed makes the next write reopen the files.
        }
    }
}
