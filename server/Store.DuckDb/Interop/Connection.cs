// SPDX-License-Identifier: MIT
// One open database, a file or an engine for many files, and connections to it.

namespace Tallymark.DuckDb.Interop;

/// <summary>An open database file. Safe for many threads.</summary>
sealed class Database : IDisposable
{
    readonly DatabaseHandle _handle;

    // Guarded by the gate: DuckDB closes a file with the last of its connections, and a file must not be opened again
    // before.
    readonly Lock _gate = new();
    int _connections;
    bool _closing;

    Database(string path, DatabaseHandle handle)
    {
        Path = path;
        _handle = handle;
    }

    /// <summary>The file, or where the files of an engine are: for messages.</summary>
    public string Path { get; }

    /// <summary>
    /// Opens or makes a file. The caller sees to it that this process has it open only once: DuckDB's lock is one of
    /// the process.
    /// </summary>
    /// <exception cref="StoreException">It can't be opened, or a setting is refused.</exception>
    public static Database Open(string path, IEnumerable<(string Name, string Value)> settings) => Open(path, path, settings);

    /// <summary>Opens an engine that has no file of its own: files are attached to it.</summary>
    /// <param name="place">What messages name until they can name a file.</param>
    /// <param name="settings">Its settings.</param>
    /// <exception cref="StoreException">A setting is refused.</exception>
    public static Database OpenEngine(string place, IEnumerable<(string Name, string Value)> settings) =>
        Open(":memory:", place, settings);

    static Database Open(string file, string path, IEnumerable<(string Name, string Value)> settings)
    {
        try
        {
            if (Native.duckdb_create_config(out var config) != 0)
                throw Failure.Of(path, "open the store", "no memory for its settings");
            using (config)
            {
                foreach (var (name, value) in settings)
                {
                    if (Native.duckdb_set_config(config, name, value) != 0)
                        throw Failure.Of(path, $"set {name}", $"'{value}' is not a value of it");
                }

                if (Native.duckdb_open_ext(file, out var handle, config, out var error) == 0)
                    return new Database(path, handle);
                var failure = Failure.Of(path, "open the store", error);
                Native.duckdb_free(error);
                throw failure;
            }
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw Failure.NoLibrary(e);
        }
    }

    /// <summary>A new connection: a transaction of its own.</summary>
    /// <param name="place">The attached file that its messages name, if it works with one only.</param>
    /// <exception cref="StoreException">The file is being closed.</exception>
    public Connection Connect(string? place = null)
    {
        lock (_gate)
        {
            if (_closing || Native.duckdb_connect(_handle, out var connection) != 0)
                throw new StoreException($"{Path}: it is being closed, or opened again after a failure. Try again.");
            _connections++;
            return new Connection(this, connection, place ?? Path);
        }
    }

    /// <summary>
    /// Closes the file, unless there are other connections than <paramref name="own"/>; there will be no new ones.
    /// </summary>
    public bool TryClose(Connection own)
    {
        lock (_gate)
            _closing = true;
        own.Dispose();
        lock (_gate)
        {
            if (_connections > 0)
                return false;
        }

        _handle.Dispose();
        return true;
    }

    /// <summary>Closes the file now, or when its last connection is disposed.</summary>
    public void Dispose()
    {
        lock (_gate)
            _closing = true;
        _handle.Dispose();
    }

    internal void Left()
    {
        lock (_gate)
            _connections--;
    }
}

/// <summary>A connection. One thread at a time.</summary>
sealed class Connection(Database database, ConnectionHandle handle, string place) : IDisposable
{
    /// <summary>The file, for messages.</summary>
    public string Place => place;

    /// <summary>The connection itself.</summary>
    public ConnectionHandle Handle => handle;

    /// <summary>Runs one statement for its effect.</summary>
    public void Execute(string sql, params ReadOnlySpan<object> values)
    {
        using var rows = Query(sql, values);
        while (rows.Read())
        {
            // A streamed statement has taken effect when its last chunk was fetched.
        }
    }

    /// <summary>The same for one that takes its time: it ends in the middle when it is told to, and nothing of it was done.</summary>
    /// <exception cref="OperationCanceledException">It was told to.</exception>
    public void Execute(string sql, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var registration = cancel.Register(() => Native.duckdb_interrupt(handle));
        try
        {
            Execute(sql);
        }
        catch (StoreException e) when (cancel.IsCancellationRequested && e.Message.Contains("INTERRUPT", StringComparison.Ordinal))
        {
            throw new OperationCanceledException(e.Message, e, cancel);
        }
    }

    /// <summary>Runs one query; values are long or string, for $1, $2 and so on.</summary>
    /// <exception cref="StoreException">DuckDB refused it.</exception>
    public Rows Query(string sql, params ReadOnlySpan<object> values)
    {
        var prepared = Native.duckdb_prepare(handle, sql, out var statement);
        using (statement)
        {
            if (prepared != 0)
                throw Failure.Of(Place, "prepare a statement", Native.duckdb_prepare_error(statement));
            for (var i = 0; i < values.Length; i++)
            {
                var bound = values[i] switch
                {
                    long number => Native.duckdb_bind_int64(statement, (ulong)i + 1, number),
                    string text => Native.duckdb_bind_varchar(statement, (ulong)i + 1, text),
                    _ => throw new ArgumentException($"Value {i + 1} is neither a long nor a string.", nameof(values)),
                };
                if (bound != 0)
                    throw Failure.Of(Place, $"bind value {i + 1}", Native.duckdb_prepare_error(statement));
            }

            return Rows.Run(Place, statement);
        }
    }

    /// <summary>Moves what is in a file's log into the file; not while somebody reads what it would take away.</summary>
    /// <returns>False: not now.</returns>
    /// <exception cref="StoreException">It failed.</exception>
    public bool TryCheckpoint(string alias)
    {
        try
        {
            Execute($"CHECKPOINT \"{alias}\"");
            return true;
        }
        catch (StoreException e) when (e.Message.Contains("Cannot CHECKPOINT", StringComparison.Ordinal))
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (handle.IsClosed)
            return;
        handle.Dispose();
        database.Left();
    }
}
