// SPDX-License-Identifier: MIT
// One tool's file: opened once, written by one connection, read by others.

using System;
using System.Collections.Generic;
using System.IO;
using Tallymark.DuckDb.Interop;
using Tallymark.Store;

namespace Tallymark.DuckDb;

/// <summary>
/// One tool's events. <see cref="Prepare"/>, <see cref="Commit"/>, <see cref="Delete"/> and <see cref="Checkpoint"/> on one thread at a time;
/// the others on any.
/// </summary>
sealed class ToolDatabase : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly string _tool;
    readonly Database _database;

    // Of the writing thread. An id takes 28 to 56 bytes here: a million batches about 40 MB.
    readonly Connection _writer;
    readonly HashSet<Guid> _stored = [];
    readonly DeletedInstallations _deleted;
    readonly long _checkpointEvery;
    long _checkpointAt;
    bool _failed;
    bool _closed;

    // Replaced as a whole by the writing thread, read by all.
    volatile Catalog _catalog;

    ToolDatabase(string tool, Database database, DuckDbOptions options)
    {
        _tool = tool;
        _database = database;
        _checkpointEvery = (long)options.CheckpointThresholdMiB << 20;
        _writer = database.Connect();
        try
        {
            _writer.Execute(Sql.Batches);
            _catalog = Catalog.Read(_writer);
            _deleted = new DeletedInstallations(_writer);
            using var ids = _writer.Query("SELECT id FROM main._batches");
            while (ids.Read())
                _stored.Add(ids.Uuid(0));
            _checkpointAt = LogLength() + _checkpointEvery;
        }
        catch (StoreException)
        {
            _writer.Dispose();
            throw;
        }
    }

    /// <summary>Opens the file, or makes it.</summary>
    public static ToolDatabase Open(string tool, string path, DuckDbOptions options)
    {
        var database = Database.Open(path, SettingsOf(options));
        try
        {
            Protect(path);
            return new ToolDatabase(tool, database, options);
        }
        catch (StoreException)
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Gives the file the tables and columns that it lacks, all or none.</summary>
    public void Prepare(IReadOnlyList<Table> tables)
    {
        var statements = _catalog.Widen(_tool, tables);
        if (statements.Count == 0)
            return;
        Write(() =>
        {
            using var transaction = new Transaction(_writer);
            foreach (var statement in statements)
                _writer.Execute(statement);
            transaction.Commit();
        });
        _catalog = Catalog.Read(_writer);
    }

    /// <summary>Writes the batches that are new.</summary>
    public bool[] Commit(IReadOnlyList<StoredBatch> batches)
    {
        var written = new bool[batches.Count];
        var ids = new HashSet<Guid>();
        var group = new CommitGroup();
        for (var i = 0; i < written.Length; i++)
        {
            written[i] = !_stored.Contains(batches[i].Id) && ids.Add(batches[i].Id);
            if (!written[i])
                continue;
            _deleted.TakeOut(batches[i]);
            group.Add(_tool, batches[i], _catalog);
        }

        if (ids.Count > 0)
        {
            Write(() => group.Write(_writer));
            _stored.UnionWith(ids);
            Protect(LogPath);
            CheckpointIfDue();
        }

        return written;
    }

    /// <summary>Removes what these installations have sent, and notes that nothing of theirs is taken again.</summary>
    public void Delete(IReadOnlyList<Table> tables, IReadOnlyList<string> installations)
    {
        foreach (var table in tables)
            _catalog.Check(_tool, table);
        Write(() => _deleted.Add(_writer, tables, installations));
        Protect(LogPath);
    }

    /// <summary>
    /// Moves what was committed from the write-ahead log into the file. If it fails, the file must be opened again.
    /// </summary>
    public void Checkpoint()
    {
        try
        {
            Write(() => _writer.Execute("CHECKPOINT"));
        }
        finally
        {
            _checkpointAt = LogLength() + _checkpointEvery;
        }
    }

    /// <summary>
    /// True after a failure from which DuckDB recovers only when the file is opened again, such as a checkpoint on a
    /// full disk.
    /// </summary>
    public bool MustReopen()
    {
        if (_closed || !_failed)
            return _closed;
        try
        {
            _writer.Execute("SELECT 1");
            return _failed = false;
        }
        catch (StoreException)
        {
            return true;
        }
    }

    /// <summary>Closes the file unless somebody still reads from it; from now on nobody can begin to.</summary>
    public bool TryClose()
    {
        _closed = true;
        return _database.TryClose(_writer);
    }

    /// <summary>How many events, by event.</summary>
    public IReadOnlyDictionary<string, long> Count()
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        using var connection = _database.Connect();
        foreach (var name in _catalog.Events)
        {
            using var rows = connection.Query($"SELECT count(*) FROM {Sql.TableName(name)}");
            counts.Add(name, rows.Read() ? rows.Int64(0) : 0);
        }

        return counts;
    }

    /// <summary>The cells of a query, read as they are asked for.</summary>
    public IEnumerable<Cell> Cells(CellQuery query) => new CellReader(_tool, query, _catalog).Read(_database);

    /// <summary>A connection of its own, for tests and for questions that the store does not ask.</summary>
    public Connection Connect() => _database.Connect();

    public void Dispose()
    {
        _writer.Dispose();
        _database.Dispose();
    }

    // What the settings are for: no word from the file, a query or the network brings in code or reaches another file.
    static IEnumerable<(string Name, string Value)> SettingsOf(DuckDbOptions options) =>
    [
        ("memory_limit", $"{options.MemoryLimitMiB}MiB"),
        ("threads", $"{options.Threads}"),

        // Never within a commit: if a checkpoint fails (seen: on a full disk), the commit has lasted and says that it
        // failed.
        ("checkpoint_threshold", "1TB"),
        ("enable_external_access", "false"),
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("allow_community_extensions", "false"),
        ("lock_configuration", "true"),
    ];

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

    string LogPath => $"{_database.Path}.wal";

    // The commit has lasted, so a failure here is none of its; the next write finds it out and opens the file again.
    void CheckpointIfDue()
    {
        if (LogLength() < _checkpointAt)
            return;
        try
        {
            Checkpoint();
        }
        catch (StoreException)
        {
            // Tried again when the log has grown by as much once more.
        }
    }

    long LogLength()
    {
        var log = new FileInfo(LogPath);
        return log.Exists ? log.Length : 0;
    }

    // DuckDB makes its files with the process's mask; the folder above is 0700 in any case.
    static void Protect(string path)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(path))
            File.SetUnixFileMode(path, OwnerOnly);
    }
}
