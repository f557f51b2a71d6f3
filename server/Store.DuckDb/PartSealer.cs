// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb;

/// <summary>
/// Seals the active part: ends its commits, starts the next part, which takes commits at once, and moves the sealed
/// part's log into its file in the background. Thread-safe.
/// </summary>
sealed class PartSealer(
    Database engine, PartFolder folder, ToolFiles files, DuckDbOptions options, Func<long> maxLogBytes, Lock writing,
    Connection connection)
{
    static readonly TimeSpan MaxWaitForReaders = TimeSpan.FromSeconds(30);

    // Guarded by the writing lock (ToolDatabase), as is the connection.
    Task _finishing = Task.CompletedTask;

    // Written by the background task, read by any thread.
    volatile bool _hasFailed;

    /// <summary>Whether a part could not be finished; reopening the files finishes it.</summary>
    public bool HasFailed => _hasFailed;

    /// <summary>
    /// Seals the active part unless it is empty. The sealed part gets its only checkpoint in the background: DuckDB
    /// writes blocks in place that the previous checkpoint uses, so a kill or power failure during a second one could
    /// damage the file. Until the checkpoint is complete, the log has all rows of the part.
    /// </summary>
    /// <exception cref="StoreException">The next part can't be created.</exception>
    public void Seal()
    {
        lock (writing)
        {
            if (!IsEmpty(files.View.Active))
                Begin(files.View.Active.Catalog, DurableFile.Length(files.View.Active.LogPath));
        }
    }

    /// <summary>
    /// Seals the active part and begins the next one with the tables of a catalog, for about so many bytes.
    /// </summary>
    /// <exception cref="StoreException">The next part can't be created.</exception>
    public void Begin(Catalog catalog, long expectedBytes)
    {
        lock (writing)
        {
            var active = files.View.Active;
            Wait(); // one at a time: the part's rows are in memory until it is finished
            try
            {
                var name = PartName.Create(options.Time.GetUtcNow(), active.Name.Last + 1);
                var next = PartOpener.Create(engine, folder, name, catalog, expectedBytes);
                var lease = files.Acquire(keepNames: true);
                files.Seal(next);
                _finishing = Task.Run(() => Finish(active, lease));
            }
            catch (StoreException)
            {
                _hasFailed = true;
                throw;
            }
        }
    }

    /// <summary>
    /// Seals the active part if its log has reached the limit. Failures are retried after the next commit.
    /// </summary>
    public void SealIfLong()
    {
        if (DurableFile.Length(files.View.Active.LogPath) < maxLogBytes())
            return;
        try
        {
            Seal();
        }
        catch (StoreException)
        {
            // The commit before is durable, so this is not a failure of it. HasFailed makes the next write reopen the
            // files.
        }
    }

    /// <summary>Waits until the last sealed part is finished.</summary>
    public void Wait()
    {
        lock (writing)
            _finishing.Wait();
    }

    /// <summary>
    /// Seals the active part and returns sealed parts with everything that was committed until now, for other processes
    /// to open. Cost: milliseconds, in which commits wait. Hold them for minutes, not days: pending deletions complete
    /// only afterwards.
    /// </summary>
    /// <exception cref="StoreException">A part can't be sealed, or is still being read.</exception>
    public SealedParts HoldSealed()
    {
        Seal();
        Wait();
        if (_hasFailed)
        {
            throw new StoreException(
                $"{folder.Parts}: the newest part could not be finished, so no other process can open it. " +
                "Make sure that the disk has free space, then try again.");
        }

        if (!files.WaitReadOnly(MaxWaitForReaders))
        {
            throw new StoreException(
                $"{folder.Parts}: a part was still being read after {MaxWaitForReaders.TotalSeconds} seconds, " +
                "so no other process can open it. Try again.");
        }

        return new SealedParts(files.Acquire(keepNames: true));
    }

    /// <summary>
    /// Moves the active part's log into its file, if possible; otherwise the next start does. For closing.
    /// </summary>
    public void CheckpointActive()
    {
        try
        {
            if (!_hasFailed && !IsEmpty(files.View.Active))
                _ = connection.TryCheckpoint(files.View.Active.Alias);
        }
        catch (StoreException)
        {
            // The log has all rows.
        }
    }

    // The lease prevents deletion of the file and its log during the checkpoint; when it ends, the file is reattached
    // read-only.
    void Finish(Part part, FileLease lease)
    {
        using (lease)
        {
            try
            {
                using var own = engine.Connect(part.Path);
                _ = own.TryCheckpoint(part.Alias);
            }
            catch (StoreException)
            {
                _hasFailed = true; // nothing is lost: the log has all rows, and reopening the files finishes the part
            }
        }
    }

    bool IsEmpty(Part part)
    {
        var isEmpty = true;
        using var rows = connection.Query($"SELECT 1 FROM \"{part.Alias}\".main._batches LIMIT 1");
        while (rows.Read())
            isEmpty = false; // read to the end, otherwise the connection keeps the file in use
        return isEmpty;
    }
}
