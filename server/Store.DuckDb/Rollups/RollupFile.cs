// SPDX-License-Identifier: MIT
// The file of a tool's rollups: made, brought up to date, written anew. It is derived: lost, it is counted again from the events.

using System.Diagnostics;

namespace Tallymark.DuckDb.Rollups;

/// <summary>Writes to the rollups that count now. Safe for any thread; all but <see cref="Want"/> go one at a time.</summary>
sealed class RollupFile(Database engine, PartFolder folder, ToolFiles files)
{
    // What is in the log is in memory too, and a start reads it. Writing the file anew costs as much as the file is long.
    const long ShortLog = 16 * 1024 * 1024;
    const long LongLog = 48 * 1024 * 1024;

    static readonly TimeSpan LongestLease = TimeSpan.FromSeconds(5);

    readonly Lock _writing = new();
    readonly System.Collections.Concurrent.ConcurrentQueue<Rollup> _wanted = new();

    /// <summary>Attaches the newest file, or makes one. One that is damaged gets another name, and the events are counted again: <paramref name="damaged"/> is told.</summary>
    public static AttachedFile Open(Database engine, PartFolder folder, Action<string> damaged)
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
                    new RollupWriter(connection, file.Alias).Make(); // it was killed when it had just made the file
                _ = RollupState.Read(connection, file.Alias);
                return file;
            }
            catch (StoreException e) when (e.File is not null)
            {
                var aside = folder.SetAside(folder.RollupsPath(number));
                damaged($"{e.Message} It was derived from the events, which are counted again; it is kept as {aside}.");
            }
        }

        return Make(engine, FileOf(folder, number + 1));
    }

    /// <summary>These are to be kept from the next <see cref="CatchUp"/> on. Waits for nothing.</summary>
    public void Want(IReadOnlyList<Rollup> rollups)
    {
        foreach (var rollup in rollups)
            _wanted.Enqueue(rollup);
    }

    /// <summary>Counts what came since the last time; returns how many rows.</summary>
    public long CatchUp(CancellationToken cancel)
    {
        List<Rollup> wanted = [.. _wanted];
        Write(writer => writer.Add(wanted));
        for (var i = 0; i < wanted.Count; i++)
            _ = _wanted.TryDequeue(out _);
        return CountNew(cancel);
    }

    /// <summary>Takes out what deleted installations had. Their rows must be gone from the parts.</summary>
    public void TakeOut(IReadOnlyList<DeletionRequest> deleting, CancellationToken cancel)
    {
        var isOther = Write((_, connection) => HaveOtherColumns(connection, deleting));
        if (isOther)
            Write(writer => writer.Reset());
        Rewrite(cancel, withoutDeleting: !isOther);
        if (isOther)
            CountNew(cancel);
        else
            Write(writer => writer.Refresh(cancel));
    }

    /// <summary>Takes out the sets of days before this one.</summary>
    public bool Freeze(DateOnly day) => Write((writer, _) => writer.Freeze(day));

    /// <summary>Copies what counts into a new file, which takes the place of this one: only so deleted rows leave the disk.</summary>
    /// <param name="cancel">Ends it in the middle; the file is as it was.</param>
    /// <param name="withoutDeleting">
    /// Leaves out installations that are being deleted, and notes the days that change. Not by deleting their rows: DuckDB would keep 8 bytes in memory for each row near one of them.
    /// </param>
    public void Rewrite(CancellationToken cancel, bool withoutDeleting = false)
    {
        lock (_writing)
        {
            var next = FileOf(folder, folder.NewestRollups() + 1);
            DurableFile.Move(WriteCopy(next, withoutDeleting, cancel), next.Path);
            ToolFiles.Attach(engine, next, readOnly: false);
            files.Change(now => now with { Rollups = next });
        }
    }

    /// <summary>Copies the file, as it is between two writes, to a place that is not there yet.</summary>
    public void CopyTo(string target)
    {
        lock (_writing)
        {
            var copy = WriteCopy(FileOf(folder, folder.NewestRollups() + 1), withoutDeleting: false, CancellationToken.None);
            DurableFile.Copy(copy, target);
            File.Delete(copy);
        }
    }

    // Table by table, as one transaction sees them: a copy of the file itself would need all readers to be gone.
    string WriteCopy(AttachedFile next, bool withoutDeleting, CancellationToken cancel)
    {
        var from = files.View.Rollups.Alias;
        var unfinished = new AttachedFile(next.Path + PartWriter.Unfinished, $"{next.Alias}_new");
        File.Delete(unfinished.Path);
        ToolFiles.Attach(engine, unfinished, readOnly: false);
        DurableFile.Protect(unfinished.Path);
        using var connection = engine.Connect(unfinished.Path);
        try
        {
            using (var transaction = new Transaction(connection))
            {
                var state = RollupState.Read(connection, from);
                foreach (var table in state.Tables)
                {
                    var where = withoutDeleting && RollupState.HasCodes(table) ? $" WHERE code IS NULL OR code NOT IN {Sql.DeletingCodes(from)}" : "";
                    connection.Execute($"CREATE TABLE \"{unfinished.Alias}\".main.{table} AS FROM \"{from}\".main.{table}{where}", cancel);
                }

                if (withoutDeleting)
                    NoteChanged(connection, state, from, unfinished.Alias);
                transaction.Commit();
            }

            connection.Execute($"CHECKPOINT \"{unfinished.Alias}\"");
        }
        finally
        {
            connection.Execute($"DETACH \"{unfinished.Alias}\"");
        }

        return unfinished.Path;
    }

    static void NoteChanged(Connection connection, RollupState state, string from, string to)
    {
        foreach (var shape in state.Shapes)
        {
            connection.Execute(
                $"INSERT INTO \"{to}\".main._dirty SELECT DISTINCT CAST($1 AS INTEGER), day FROM {shape.Table(from, "pairs")} WHERE code IN {Sql.DeletingCodes(from)}",
                (long)shape.Id);
        }
    }

    // A row that had the id in another column than the one that a rollup counts by is in it as a row without an installation: which of those it was
    // nobody knows, so all is counted again.
    bool HaveOtherColumns(Connection connection, IReadOnlyList<DeletionRequest> deleting)
    {
        var catalog = files.View.Active.Catalog;
        return RollupState.Read(connection, files.View.Rollups.Alias).Shapes.Any(shape => shape.Rollup.Events.Any(name => EventScan
            .IdColumns(catalog, Sql.Counted, name, deleting)
            .Any(column => !string.Equals(column, shape.Rollup.Installation, StringComparison.Ordinal))));
    }

    static bool HasTables(Connection connection, string alias)
    {
        using var rows = connection.Query("SELECT 1 FROM duckdb_tables() WHERE database_name = $1 AND table_name = '_state'", alias);
        return rows.Read();
    }

    static AttachedFile Make(Database engine, AttachedFile file)
    {
        ToolFiles.Attach(engine, file, readOnly: false);
        DurableFile.Protect(file.Path);
        using var connection = engine.Connect(file.Path);
        new RollupWriter(connection, file.Alias).Make();
        connection.Execute($"CHECKPOINT \"{file.Alias}\"");
        return file;
    }

    static AttachedFile FileOf(PartFolder folder, int number) =>
        new(folder.RollupsPath(number), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"rollups_{number}"));

    // Some seconds at a time: a part that was sealed just now is opened by nobody else before its lease is given back. What comes while it goes on is for the next time.
    long CountNew(CancellationToken cancel)
    {
        var (counted, last) = (0L, files.View.Active.Name.Last);
        while (true)
        {
            var began = Stopwatch.GetTimestamp();
            var (rows, isAll) = Write((writer, _) =>
            {
                using var lease = files.Take();
                return writer.CatchUp(
                    [.. lease.View.Parts.Where(part => part.Name.Last <= last)], () => IsLogLong() || Stopwatch.GetElapsedTime(began) > LongestLease, cancel);
            });
            counted += rows;

            // Not by a checkpoint: a kill amid one can damage the file, and what it has of days that are over is nowhere else (PartOpener).
            if (IsLogLong())
                Rewrite(cancel);
            if (isAll)
                return counted;
        }
    }

    bool IsLogLong()
    {
        var path = files.View.Rollups.Path;
        return new FileInfo($"{path}.wal") is { Exists: true } log
            && log.Length > Math.Clamp(new FileInfo(path).Length / 2, ShortLog, LongLog);
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
            return write(new RollupWriter(connection, file.Alias), connection);
        }
    }
}
