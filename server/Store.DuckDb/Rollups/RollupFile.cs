// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Tallymark.DuckDb.Rollups;

/// <summary>
/// The current file of a tool's rollups: created, updated, rewritten. It is derived data: if it is lost, it is computed
/// again from the events. Thread-safe; all members but <see cref="Request"/> run one at a time.
/// </summary>
sealed class RollupFile(Database engine, PartFolder folder, ToolFiles files)
{
    // The log's rows are in memory too, and a start replays it. Rewriting the file costs its length.
    const long MinLogBytes = 16 * 1024 * 1024;
    const long MaxLogBytes = 48 * 1024 * 1024;

    static readonly TimeSpan MaxLeaseTime = TimeSpan.FromSeconds(5);

    // Thread-safe.
    readonly ConcurrentQueue<Rollup> _requested = new();

    // Taken by one change or copy of the file at a time.
    readonly Lock _writing = new();
    int _copies;

    /// <summary>
    /// Attaches the newest file, or creates one. Renames a damaged file, counts the events again, and tells
    /// <paramref name="notice"/>.
    /// </summary>
    public static AttachedFile Open(Database engine, PartFolder folder, Action<string> notice)
    {
        var number = folder.NewestRollups();
        if (number > 0)
        {
            try
            {
                var file = FileOf(folder, number);
                ToolFiles.Attach(engine, file, readOnly: false);
                using var connection = engine.Connect(file.Path);
                if (!HasTables(connection, file.Alias))
                    new RollupWriter(connection, file.Alias).CreateTables(); // a kill interrupted its creation
                new RollupWriter(connection, file.Alias).Complete();
                _ = RollupState.Read(connection, file.Alias);
                DurableFile.Protect(file.LogPath);
                return file;
            }
            catch (DamagedFileException e)
            {
                var aside = folder.SetAside(folder.RollupsPath(number));
                notice(
                    $"{e.Damage} No action is needed: the file holds only sums and is being recomputed from the " +
                    $"events. The damaged file was renamed to {aside}.");
            }
        }

        return Create(engine, FileOf(folder, number + 1));
    }

    /// <summary>Requests rollups; the next <see cref="Update"/> adds them. Never waits.</summary>
    public void Request(IReadOnlyList<Rollup> rollups)
    {
        foreach (var rollup in rollups)
            _requested.Enqueue(rollup);
    }

    /// <summary>Adds new rows to the rollups.</summary>
    /// <returns>The number of rows.</returns>
    public long Update(CancellationToken cancel)
    {
        List<Rollup> requested = [.. _requested];
        Write(writer => writer.Add(requested));
        for (var i = 0; i < requested.Count; i++)
            _ = _requested.TryDequeue(out _);
        return CountNew(cancel);
    }

    /// <summary>Removes deleted installations. Their rows must be gone from the parts.</summary>
    public void RemoveDeleted(IReadOnlyList<PendingDeletion> deletions, CancellationToken cancel)
    {
        var mustRecount = Write((_, connection) => HaveOtherColumns(connection, deletions));
        if (mustRecount)
            Write(writer => writer.Reset());
        Rewrite(cancel, withoutDeleted: !mustRecount);
        if (mustRecount)
            CountNew(cancel);
        else
            Write(writer => writer.RefreshTotals(cancel));
    }

    /// <summary>Removes the sets of days before a day.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Freeze(DateOnly day) => Write((writer, _) => writer.Freeze(day));

    /// <summary>
    /// Copies the content into a new file, which replaces this one: only then do deleted rows leave the disk.
    /// </summary>
    /// <param name="cancel">Stops the copy; the file is unchanged.</param>
    /// <param name="withoutDeleted">
    /// Leaves out installations of pending deletions, and marks the days that change. Rows are not deleted, because
    /// DuckDB would keep 8 bytes in memory for each row near one of them.
    /// </param>
    public void Rewrite(CancellationToken cancel, bool withoutDeleted = false)
    {
        lock (_writing)
        {
            var next = FileOf(folder, folder.NewestRollups() + 1);
            var unfinished = new AttachedFile(next.Path + PartRewriter.UnfinishedSuffix, $"{next.Alias}_new");
            WriteCopy(unfinished, withoutDeleted, cancel);
            DurableFile.Move(unfinished.Path, next.Path);
            ToolFiles.Attach(engine, next, readOnly: false);
            files.Change(now => now with { Rollups = next });
        }
    }

    /// <summary>Copies the file, as of a moment between two changes, into a new temporary file.</summary>
    /// <returns>The path; the caller deletes the file.</returns>
    public string Copy()
    {
        lock (_writing)
        {
            // A name that no rollups have; opening the tool deletes it as unfinished.
            var number = string.Create(CultureInfo.InvariantCulture, $"backup{++_copies}");
            var next = FileOf(folder, folder.NewestRollups() + 1);
            var copy = new AttachedFile(
                $"{next.Path}.{number}{PartRewriter.UnfinishedSuffix}", $"{next.Alias}_{number}");
            WriteCopy(copy, withoutDeleted: false, CancellationToken.None);
            return copy.Path;
        }
    }

    // Table by table, within one transaction: copying the file itself would have to wait for all readers.
    void WriteCopy(AttachedFile copy, bool withoutDeleted, CancellationToken cancel)
    {
        var (current, from) = (files.View.Rollups, files.View.Rollups.Alias);
        var length = DurableFile.Length(current.Path) + DurableFile.Length(current.LogPath);
        File.Delete(copy.Path);
        ToolFiles.Create(engine, copy, BlockSize.For(length));
        DurableFile.Protect(copy.Path);
        using var connection = engine.Connect(copy.Path);
        try
        {
            using (var transaction = new Transaction(connection))
            {
                var state = RollupState.Read(connection, from);
                foreach (var table in state.Tables)
                {
                    var where = withoutDeleted && RollupState.HasCodes(table)
                        ? $" WHERE code IS NULL OR code NOT IN {Sql.DeletedCodes(from)}"
                        : "";
                    connection.Execute(
                        $"CREATE TABLE \"{copy.Alias}\".main.{table} AS FROM \"{from}\".main.{table}{where}", cancel);
                }

                if (withoutDeleted)
                    MarkChangedDays(connection, state, from, copy.Alias);
                transaction.Commit();
            }

            connection.Execute($"CHECKPOINT \"{copy.Alias}\"");
        }
        finally
        {
            connection.Execute($"DETACH \"{copy.Alias}\"");
        }
    }

    static void MarkChangedDays(Connection connection, RollupState state, string from, string to)
    {
        foreach (var shape in state.Shapes)
        {
            connection.Execute(
                $"INSERT INTO \"{to}\".main._dirty SELECT DISTINCT CAST($1 AS INTEGER), day " +
                $"FROM {shape.Table(from, "pairs")} WHERE code IN {Sql.DeletedCodes(from)}",
                (long)shape.Id);
        }
    }

    // A rollup includes a row with the id in another column than its own as a row without an installation. Which rows
    // those were is unknown, so everything is counted again.
    bool HaveOtherColumns(Connection connection, IReadOnlyList<PendingDeletion> deletions)
    {
        var catalog = files.View.Active.Catalog;
        return RollupState.Read(connection, files.View.Rollups.Alias).Shapes.Any(shape =>
            shape.Rollup.Events.Any(name => EventScan.IdColumns(catalog, Sql.Counted, name, deletions)
                .Any(column => !string.Equals(column, shape.Rollup.Installation, StringComparison.Ordinal))));
    }

    static bool HasTables(Connection connection, string alias)
    {
        using var rows = connection.Query(
            "SELECT 1 FROM duckdb_tables() WHERE database_name = $1 AND table_name = '_state'", alias);
        return rows.Read();
    }

    static AttachedFile Create(Database engine, AttachedFile file)
    {
        ToolFiles.Create(engine, file, BlockSize.Small);
        DurableFile.Protect(file.Path);
        using var connection = engine.Connect(file.Path);
        new RollupWriter(connection, file.Alias).CreateTables();
        connection.Execute($"CHECKPOINT \"{file.Alias}\"");
        return file;
    }

    static AttachedFile FileOf(PartFolder folder, int number) =>
        new(folder.RollupsPath(number), string.Create(CultureInfo.InvariantCulture, $"rollups_{number}"));

    // A few seconds at a time: no other process can open a just sealed part before the lease ends. Later rows wait for
    // the next run.
    long CountNew(CancellationToken cancel)
    {
        var (counted, last) = (0L, files.View.Active.Name.Last);
        while (true)
        {
            var start = Stopwatch.GetTimestamp();
            var (rows, isComplete) = Write((writer, _) =>
            {
                using var lease = files.Acquire();
                return writer.CountNew(
                    [.. lease.View.Parts.Where(part => part.Name.Last <= last)],
                    () => IsLogLong() || Stopwatch.GetElapsedTime(start) > MaxLeaseTime,
                    cancel);
            });
            counted += rows;

            // Not a checkpoint: a kill during one can damage the file, and the totals of expired days exist nowhere
            // else (PartOpener).
            if (IsLogLong())
                Rewrite(cancel);
            if (isComplete)
                return counted;
        }
    }

    bool IsLogLong()
    {
        var file = files.View.Rollups;
        var max = Math.Clamp(DurableFile.Length(file.Path) / 2, MinLogBytes, MaxLogBytes);
        return DurableFile.Length(file.LogPath) > max;
    }

    void Write(Action<RollupWriter> write) => Write((writer, _) =>
    {
        write(writer);
        return true;
    });

    T Write<T>(Func<RollupWriter, Connection, T> write)
    {
        lock (_writing)
        {
            var file = files.View.Rollups;
            using var connection = engine.Connect(file.Path);
            try
            {
                return write(new RollupWriter(connection, file.Alias), connection);
            }
            finally
            {
                DurableFile.Protect(file.LogPath); // DuckDB creates it with the first change
            }
        }
    }
}
