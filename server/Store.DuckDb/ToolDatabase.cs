// SPDX-License-Identifier: MIT
// One tool's events: opened once, written by one connection, read by others.

namespace Tallymark.DuckDb;

/// <summary>One tool. Safe for any thread; what writes goes one at a time, work in the background goes beside it.</summary>
sealed class ToolDatabase : IDisposable
{
    static readonly TimeSpan ReadersLeave = TimeSpan.FromSeconds(30);

    readonly string _tool;
    readonly DuckDbOptions _options;
    readonly PartFolder _folder;
    readonly CellReader _cells;
    readonly long _longestLog;

    // Guarded by _writing: one commit, seal, deletion or change of tables at a time. A part that was sealed is finished beside it.
    readonly Lock _writing = new();
    readonly Connection _writer;
    readonly BatchIds _stored = new();
    readonly DeletedInstallations _deleted;
    Task _sealing = Task.CompletedTask;
    bool _failed;
    volatile bool _sealFailed;
    bool _closed;

    // Guarded by _tending: one run in the background, and no copy of the rollups meanwhile.
    readonly Lock _tending = new();

    ToolDatabase(string tool, PartFolder folder, Database engine, FileView view, DuckDbOptions options)
    {
        (_tool, _folder, _options, Engine) = (tool, folder, options, engine);
        _longestLog = (long)options.LongestLogMiB << 20;
        Files = new ToolFiles(engine, view);
        Rollups = new RollupFile(engine, folder, Files);
        Writer = new PartWriter(engine, folder.Parts);
        _writer = engine.Connect();
        try
        {
            _deleted = new DeletedInstallations(folder.Path);
            foreach (var id in _deleted.Pending.SelectMany(request => request.Installations))
                _writer.Execute($"INSERT INTO {Sql.Deleting} VALUES ($1)", id);
            foreach (var part in view.Parts)
                _stored.Read(_writer, part, OldestId());
        }
        catch (StoreException)
        {
            _writer.Dispose();
            throw;
        }

        _cells = new CellReader(tool, engine, Files, _deleted);
    }

    /// <summary>DuckDB.</summary>
    public Database Engine { get; }

    /// <summary>The files.</summary>
    public ToolFiles Files { get; }

    /// <summary>The rollups.</summary>
    public RollupFile Rollups { get; }

    /// <summary>Writes parts anew.</summary>
    public PartWriter Writer { get; }

    /// <summary>How many installations are being deleted.</summary>
    public int Deleting => _deleted.Pending.SelectMany(r => r.Installations).Distinct(StringComparer.Ordinal).Count();

    /// <summary>Opens the tool's folder, or makes it.</summary>
    public static ToolDatabase Open(string tool, PartFolder folder, DuckDbOptions options)
    {
        var engine = DuckDb.Engine.Open(folder, options);
        try
        {
            var parts = PartOpener.Open(engine, folder, options.Time.GetUtcNow());
            return new ToolDatabase(tool, folder, engine, new FileView(parts, RollupFile.Open(engine, folder, options.Notice)), options);
        }
        catch (StoreException)
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>Gives the active part the tables and columns that it lacks, all or none.</summary>
    public void Prepare(IReadOnlyList<Table> tables, IReadOnlyList<Rollup> rollups)
    {
        lock (_writing)
        {
            var active = Files.View.Active;
            var statements = active.Catalog.Widen(_tool, active.Alias, tables);
            if (statements.Count > 0)
            {
                Write(() =>
                {
                    using var transaction = new Transaction(_writer);
                    foreach (var statement in statements)
                        _writer.Execute(statement);
                    transaction.Commit();
                });
                active.Catalog = active.Catalog.With(tables);
            }
        }

        Rollups.Want(rollups);
    }

    /// <summary>Whether the batch is new; takes the rows of deleted installations out of it. Never waits for a commit.</summary>
    public bool Admits(StoredBatch batch)
    {
        if (_stored.Contains(batch.Id))
            return false;
        _deleted.TakeOut(batch);
        return true;
    }

    /// <summary>Writes the batches that are new.</summary>
    public bool[] Commit(IReadOnlyList<StoredBatch> batches)
    {
        lock (_writing)
        {
            var written = new bool[batches.Count];
            var ids = new HashSet<Guid>();
            var group = new CommitGroup();
            var active = Files.View.Active;
            for (var i = 0; i < written.Length; i++)
            {
                written[i] = Admits(batches[i]) && ids.Add(batches[i].Id);
                if (!written[i])
                    continue;
                group.Add(_tool, batches[i], active.Catalog);
            }

            if (ids.Count > 0)
            {
                var isNewLog = !File.Exists(LogPath);
                Write(() => group.Write(_writer, active.Alias));
                for (var i = 0; i < written.Length; i++)
                {
                    if (written[i])
                        _stored.Add(batches[i].Id, batches[i].Received);
                }

                DurableFile.Protect(LogPath);
                if (isNewLog)
                    DurableFile.SyncFolder(_folder.Parts); // DuckDB syncs the log and not its name
                SealIfLong();
            }

            return written;
        }
    }

    /// <summary>Notes that nothing of these installations is there any more, and nothing of theirs is taken again.</summary>
    public void Delete(IReadOnlyList<Table> tables, IReadOnlyList<string> installations)
    {
        lock (_writing)
        {
            foreach (var table in tables)
                Files.View.Active.Catalog.Check(_tool, table);
            var request = DeletionRequest.Of(tables, installations);
            _deleted.Add(request);
            using var transaction = new Transaction(_writer);
            foreach (var id in request.Installations)
                _writer.Execute($"INSERT INTO {Sql.Deleting} VALUES ($1)", id);
            transaction.Commit();
        }
    }

    /// <summary>The bytes of what these requests name are gone.</summary>
    public void DeletionsDone(IReadOnlyList<DeletionRequest> requests)
    {
        if (requests.Count == 0)
            return;
        lock (_writing)
        {
            _deleted.Done(requests);
            using var transaction = new Transaction(_writer);
            _writer.Execute($"DELETE FROM {Sql.Deleting}");
            foreach (var id in _deleted.Pending.SelectMany(request => request.Installations))
                _writer.Execute($"INSERT INTO {Sql.Deleting} VALUES ($1)", id);
            transaction.Commit();
        }
    }

    /// <summary>
    /// Seals the active part, unless nothing was committed into it, and begins the next, which takes commits at once. The sealed one gets its only checkpoint in
    /// the background: DuckDB writes blocks in place that the checkpoint before uses, so that a kill or a power cut amid a second one can damage the file.
    /// Until it is done all of the part is in its log.
    /// </summary>
    public void Seal()
    {
        lock (_writing)
        {
            var active = Files.View.Active;
            if (IsEmpty(active))
                return;
            EndSealing(); // one at a time: its rows are in memory meanwhile
            try
            {
                var next = PartOpener.Make(Engine, _folder, PartName.Begin(_options.Time.GetUtcNow(), active.Name.Last + 1), active.Catalog);
                var lease = Files.Take(hold: true);
                Files.Seal(next);
                _sealing = Task.Run(() => Finish(active, lease));
            }
            catch (StoreException)
            {
                _sealFailed = true;
                throw;
            }
        }
    }

    /// <summary>Waits until a part that was sealed is finished.</summary>
    public void EndSealing()
    {
        lock (_writing)
            _sealing.Wait();
    }

    /// <summary>Does the work in the background.</summary>
    public TendReport Tend(DateTimeOffset now, int retentionDays, Func<bool>? isGoneElsewhere, CancellationToken cancel)
    {
        lock (_tending)
        {
            var today = DateOnly.FromDateTime(now.UtcDateTime);
            var oldest = today.DayNumber > retentionDays ? today.AddDays(-retentionDays) : DateOnly.MinValue;
            var report = new Tending(this, new KeepRule(_deleted.Pending, oldest, OldestId()), today, isGoneElsewhere, cancel).Run();
            lock (_writing)
                _stored.Forget(OldestId());
            NativeHeap.GiveBack();
            return report;
        }
    }

    /// <summary>
    /// True after a failure from which DuckDB recovers only when the files are opened again, such as a checkpoint on a
    /// full disk.
    /// </summary>
    public bool MustReopen()
    {
        lock (_writing)
        {
            if (_closed || _sealFailed)
                return true;
            if (!_failed)
                return false;
            try
            {
                _writer.Execute($"SELECT 1 FROM \"{Files.View.Active.Alias}\".main._batches LIMIT 1");
                return _failed = false;
            }
            catch (StoreException)
            {
                return true;
            }
        }
    }

    /// <summary>Closes the files unless somebody still reads from them; from now on nobody can begin to.</summary>
    public bool TryClose()
    {
        lock (_writing)
        {
            _closed = true;
            _sealing.Wait();
            return Engine.TryClose(_writer);
        }
    }

    /// <summary>How many events, by event.</summary>
    public IReadOnlyDictionary<string, long> Count()
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        using var moment = new ReadSnapshot(Engine, Files, _deleted);
        foreach (var part in moment.Files.Parts)
        {
            foreach (var name in part.Catalog.Events)
            {
                var kept = string.Join(" AND ", EventScan.NotDeleted(part.Catalog, Sql.Counted, name, moment.Deleting).DefaultIfEmpty("true"));
                using var rows = moment.Connection.Query($"SELECT count(*) FROM {Sql.TableName(part.Alias, Sql.Counted, name)} t WHERE {kept}");
                counts[name] = counts.GetValueOrDefault(name) + (rows.Read() ? rows.Int64(0) : 0);
            }
        }

        return counts;
    }

    /// <summary>The installations with an event that counts.</summary>
    public IEnumerable<string> Installations(IReadOnlyList<Table> tables) => KnownInstallations.Read(Engine, Files, tables);

    /// <summary>The cells of a query, read as they are asked for.</summary>
    public IEnumerable<Cell> Cells(CellQuery query) => _cells.Cells(query);

    /// <summary>The numbers of a query.</summary>
    public IReadOnlyList<CellTotal> Totals(CellQuery query) => _cells.Totals(query);

    /// <summary>The parts as files.</summary>
    public IReadOnlyList<StoredFile> ListFiles()
    {
        using var lease = Files.Take(hold: true);
        return [.. lease.View.Parts.Select(part => new StoredFile(part.Path, Length(part.Path) + Length($"{part.Path}.wal"), part.IsSealed))];
    }

    /// <summary>Sealed files with all that was committed.</summary>
    public IStoreSnapshot Snapshot()
    {
        Seal();
        EndSealing();
        if (_sealFailed)
            throw new StoreException($"{_folder.Parts}: the newest part could not be finished, so that no other process can open it. See that there is room on the disk, and try again.");
        if (!Files.WaitReadOnly(ReadersLeave))
        {
            throw new StoreException(
                $"{_folder.Parts}: a part was still being read after {ReadersLeave.TotalSeconds} seconds, so that no other process can open it. Try again.");
        }

        return new HeldFiles(Files.Take(hold: true));
    }

    /// <summary>Copies everything into a new folder.</summary>
    public void Backup(string target)
    {
        if (Directory.Exists(target) || File.Exists(target))
            throw new StoreException($"{target} is there already. Give the backup a new folder.");
        var copy = new PartFolder(target);
        DurableFile.MakeFolder(copy.Parts);
        IStoreSnapshot snapshot;
        lock (_tending)
        {
            // Together, so that the rollups are of these parts, and what is being deleted there is being deleted in the copy.
            snapshot = Snapshot();
            try
            {
                Rollups.CopyTo(copy.RollupsPath(1));
                lock (_writing)
                {
                    foreach (var file in _deleted.Paths)
                        DurableFile.Copy(file, Path.Combine(target, Path.GetFileName(file)));
                }
            }
            catch (StoreException)
            {
                snapshot.Dispose();
                throw;
            }
        }

        using (snapshot)
        {
            foreach (var file in snapshot.Files)
                DurableFile.Copy(file, Path.Combine(copy.Parts, Path.GetFileName(file)));
        }
    }

    public void Dispose()
    {
        lock (_tending)
        {
            lock (_writing)
            {
                EndSealing();
                SealAtEnd();
                _writer.Dispose();
                Engine.Dispose();
            }
        }
    }

    DateOnly OldestId() => DateOnly.FromDateTime(_options.Time.GetUtcNow().UtcDateTime).AddDays(-_options.DuplicateDays);

    bool IsEmpty(Part part)
    {
        var isEmpty = true;
        using var rows = _writer.Query($"SELECT 1 FROM \"{part.Alias}\".main._batches LIMIT 1");
        while (rows.Read())
            isEmpty = false; // to the end, or the connection keeps the file
        return isEmpty;
    }

    void Write(Action write)
    {
        try
        {
            write();
        }
        catch (StoreException)
        {
            _failed = true;
            throw;
        }
    }

    string LogPath => $"{Files.View.Active.Path}.wal";

    // The commit has lasted, so a failure here is none of its; the next write finds it out and opens the files again.
    void SealIfLong()
    {
        if (Length(LogPath) < _longestLog)
            return;
        try
        {
            Seal();
        }
        catch (StoreException)
        {
            // Tried again after the next commit.
        }
    }

    // The lease keeps everybody from deleting the file, and its log, under the checkpoint; with its end the file is turned read-only.
    void Finish(Part part, ToolFiles.Lease lease)
    {
        using (lease)
        {
            try
            {
                using var connection = Engine.Connect(part.Path);
                _ = connection.TryCheckpoint(part.Alias);
            }
            catch (StoreException)
            {
                _sealFailed = true; // nothing is lost: the log has all of it, and opening the files again finishes the part
            }
        }
    }

    // So that a store that was closed is files without logs, which anything that knows DuckDB can read.
    void SealAtEnd()
    {
        try
        {
            if (!_failed && !_sealFailed && !IsEmpty(Files.View.Active))
                _ = _writer.TryCheckpoint(Files.View.Active.Alias);
        }
        catch (StoreException)
        {
            // The next start does it.
        }
    }

    static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
