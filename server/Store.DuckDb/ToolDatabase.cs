// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb;

/// <summary>
/// One open tool: its engine, its files and the types that work with them. Thread-safe. Locks, in the order in which a
/// thread takes them: maintenance (this type), writing (<see cref="ToolWriter"/>, <see cref="PartSealer"/>), rollups
/// (<see cref="RollupFile"/>), files (<see cref="ToolFiles"/>).
/// </summary>
sealed class ToolDatabase
{
    readonly PartFolder _folder;
    readonly int _duplicateDays;
    readonly DeletedInstallations _deleted;

    // Taken by one maintenance run or one snapshot at a time: the parts, the rollups and the deletions of a snapshot
    // match.
    readonly Lock _maintenance = new();

    // Taken by one commit, deletion, change of tables or sealing at a time; shared by Writer and Sealer, as is the
    // connection.
    readonly Lock _writing = new();
    readonly Connection _connection;
    bool _isClosed; // guarded by _writing

    ToolDatabase(
        string tool, PartFolder folder, Database engine, FileView view, DuckDbOptions options, Func<long> maxLogBytes)
    {
        (_folder, _duplicateDays, Engine) = (folder, options.DuplicateDays, engine);
        Files = new ToolFiles(engine, view);
        Rollups = new RollupFile(engine, folder, Files);
        Rewriter = new PartRewriter(engine, folder.Parts);
        _connection = engine.Connect();
        try
        {
            _deleted = new DeletedInstallations(folder.Path);
            Sealer = new PartSealer(engine, folder, Files, options, maxLogBytes, _writing, _connection);
            Writer = new ToolWriter(tool, folder, Files, options, Sealer, _deleted, _writing, _connection);
            Cells = new CellReader(tool, engine, Files, _deleted);
        }
        catch (StoreException)
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>DuckDB.</summary>
    public Database Engine { get; }

    /// <summary>The files.</summary>
    public ToolFiles Files { get; }

    /// <summary>The rollups.</summary>
    public RollupFile Rollups { get; }

    /// <summary>Rewrites sealed parts.</summary>
    public PartRewriter Rewriter { get; }

    /// <summary>Seals parts.</summary>
    public PartSealer Sealer { get; }

    /// <summary>Stores batches and deletions.</summary>
    public ToolWriter Writer { get; }

    /// <summary>Reads cells.</summary>
    public CellReader Cells { get; }

    /// <summary>Opens the tool's folder; creates it if it does not exist.</summary>
    /// <exception cref="StoreException">A file can't be opened.</exception>
    /// <param name="tool">The tool.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="options">The settings.</param>
    /// <param name="maxLogBytes">The length of the log at which a part is sealed, at this moment.</param>
    public static ToolDatabase Open(string tool, PartFolder folder, DuckDbOptions options, Func<long> maxLogBytes)
    {
        var engine = EngineFactory.Open(folder, options);
        try
        {
            var parts = PartOpener.Open(engine, folder, options.Time.GetUtcNow());
            var view = new FileView(parts, RollupFile.Open(engine, folder, options.Notice));
            return new ToolDatabase(tool, folder, engine, view, options, maxLogBytes);
        }
        catch (StoreException)
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>Runs maintenance.</summary>
    public MaintenanceReport Maintain(
        DateTimeOffset now, Retention retention, Func<bool>? isGoneElsewhere, CancellationToken cancel)
    {
        lock (_maintenance)
        {
            var today = DateOnly.FromDateTime(now.UtcDateTime);
            // Without a retention the caller does not vouch for the clock.
            var oldestBatch = retention == Retention.Unlimited
                ? Writer.OldestBatchDay()
                : today.AddDays(-_duplicateDays);
            var rule = RetentionRule.Of(_deleted.Pending, retention, today, oldestBatch);
            var report = new MaintenanceRun(this, rule, today, isGoneElsewhere, cancel).Run();
            Writer.ForgetOldBatches(oldestBatch);
            NativeHeap.Trim();
            return report;
        }
    }

    /// <summary>Everything that the tool has, as of one moment.</summary>
    /// <exception cref="StoreException">A snapshot can't be made now.</exception>
    /// <param name="use">Keeps this tool open; the snapshot disposes it.</param>
    public IBackupSnapshot Snapshot(ToolUse use)
    {
        lock (_maintenance)
        {
            var parts = Sealer.HoldSealed();
            try
            {
                // A deletion that is pending here is pending in the copy too.
                var rollups = Rollups.Copy();
                lock (_writing)
                    return new BackupSnapshot(parts, rollups, _folder.RollupsPath(1), _deleted.Paths, use);
            }
            catch
            {
                parts.Dispose();
                throw;
            }
        }
    }

    /// <summary>
    /// True after a failure from which DuckDB recovers only when the files are reopened, such as a failed checkpoint.
    /// </summary>
    public bool MustReopen()
    {
        lock (_writing)
            return _isClosed || Sealer.HasFailed || Writer.IsBroken();
    }

    /// <summary>Closes the files unless they are being read; in either case no new reader can start.</summary>
    public bool TryClose()
    {
        lock (_writing)
        {
            _isClosed = true;
            Sealer.Wait();
            return Engine.TryClose(_connection);
        }
    }

    /// <summary>Closes the files.</summary>
    /// <param name="checkpoint">
    /// Moves the log into its file, which takes no commits afterwards: any DuckDB client can read it. False: the next
    /// opening reads the log and continues the part.
    /// </param>
    public void Close(bool checkpoint)
    {
        lock (_maintenance)
        {
            lock (_writing)
            {
                Sealer.Wait();
                if (checkpoint && !Writer.HasFailed)
                    Sealer.CheckpointActive();
                _connection.Dispose();
                Engine.Dispose();
            }
        }
    }
}
