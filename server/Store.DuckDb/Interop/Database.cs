// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Interop;

/// <summary>One open database: a file, or an engine to which files are attached. Thread-safe.</summary>
sealed class Database : IDisposable
{
    readonly DuckDBDatabase _handle;

    // Guarded by _gate. DuckDB closes a file with the last of its connections, and a file must not be opened again
    // before that.
    readonly Lock _gate = new();
    int _connections;
    bool _isClosing;

    Database(string place, DuckDBDatabase handle)
    {
        Place = place;
        _handle = handle;
    }

    /// <summary>The file, or the folder of an engine's files; for messages.</summary>
    public string Place { get; }

    /// <summary>
    /// Opens or creates a file. The caller makes sure that this process opens it once only: DuckDB's lock is per
    /// process.
    /// </summary>
    /// <exception cref="StoreException">The file can't be opened, or DuckDB refused a setting.</exception>
    public static Database Open(string path, IEnumerable<(string Name, string Value)> settings) =>
        Open(path, path, settings);

    /// <summary>Opens an engine without a file of its own; files are attached to it.</summary>
    /// <param name="place">The name in messages that can't name a file.</param>
    /// <param name="settings">DuckDB's settings.</param>
    /// <exception cref="StoreException">DuckDB refused a setting.</exception>
    public static Database OpenEngine(string place, IEnumerable<(string Name, string Value)> settings) =>
        Open(":memory:", place, settings);

    static Database Open(string file, string place, IEnumerable<(string Name, string Value)> settings)
    {
        try
        {
            if (NativeMethods.Configuration.DuckDBCreateConfig(out var config) != DuckDBState.Success)
                throw DuckDbErrors.Create(place, "open the store", "no memory for the settings");
            using (config)
            {
                foreach (var (name, value) in settings)
                {
                    if (NativeMethods.Configuration.DuckDBSetConfig(config, name, value) != DuckDBState.Success)
                        throw DuckDbErrors.Create(place, $"set {name}", $"'{value}' is not a valid value");
                }

                var state = NativeMethods.Startup.DuckDBOpen(file, out var handle, config, out var error);
                return state == DuckDBState.Success
                    ? new Database(place, handle)
                    : throw DuckDbErrors.Create(place, "open the store", error);
            }
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw DuckDbErrors.NoLibrary(e);
        }
    }

    /// <summary>A new connection, with transactions of its own.</summary>
    /// <param name="place">The attached file that its messages name, if it works with one file only.</param>
    /// <exception cref="StoreException">The database is closing.</exception>
    public Connection Connect(string? place = null)
    {
        lock (_gate)
        {
            if (_isClosing || NativeMethods.Startup.DuckDBConnect(_handle, out var connection) != DuckDBState.Success)
            {
                throw new StoreException(
                    $"{Place}: the store is closing, or is being reopened after a failure. Try again.");
            }

            _connections++;
            return new Connection(this, connection, place ?? Place);
        }
    }

    /// <summary>
    /// Closes the database unless connections other than <paramref name="own"/> are open. In either case no new
    /// connections are made.
    /// </summary>
    public bool TryClose(Connection own)
    {
        lock (_gate)
            _isClosing = true;
        own.Dispose();
        lock (_gate)
        {
            if (_connections > 0)
                return false;
        }

        _handle.Dispose();
        return true;
    }

    /// <summary>Closes the database now, or when its last connection is disposed.</summary>
    public void Dispose()
    {
        lock (_gate)
            _isClosing = true;
        _handle.Dispose();
    }

    /// <summary>A connection was disposed.</summary>
    internal void OnDisconnected()
    {
        lock (_gate)
            _connections--;
    }
}
