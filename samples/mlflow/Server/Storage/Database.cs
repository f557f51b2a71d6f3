// SPDX-License-Identifier: MIT
using System.Data.Common;
using DuckDB.NET.Data;

namespace Mlflow.Server.Storage;

/// <summary>
/// The server's DuckDB file. One connection, one statement at a time: a tracking server of a team is small, and DuckDB
/// runs one statement on all cores. Thread-safe.
/// </summary>
sealed class Database : IDisposable
{
    readonly Lock _sync = new();
    readonly DuckDBConnection _connection;

    public Database(string file)
    {
        _connection = new DuckDBConnection($"Data Source={file}");
        _connection.Open();
        using var schema = typeof(Database).Assembly.GetManifestResourceStream("schema.sql")!;
        using var reader = new StreamReader(schema);
        Execute(reader.ReadToEnd());
    }

    /// <summary>Runs a statement with values for <c>$1</c>, <c>$2</c>, …; returns how many rows it changed.</summary>
    public int Execute(string sql, params object[] values)
    {
        lock (_sync)
        {
            using var command = Command(sql, values);
            return command.ExecuteNonQuery();
        }
    }

    /// <summary>Runs a query and reads each row.</summary>
    public List<T> Query<T>(string sql, Func<DbDataReader, T> read, params object[] values)
    {
        lock (_sync)
        {
            using var command = Command(sql, values);
            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
                rows.Add(read(reader));
            return rows;
        }
    }

    /// <summary>Runs statements as one step: all of them or, if one throws, none.</summary>
    public void Together(Action statements)
    {
        lock (_sync)
        {
            using var transaction = _connection.BeginTransaction();
            statements();
            transaction.Commit();
        }
    }

    public void Dispose() => _connection.Dispose();

    DuckDBCommand Command(string sql, object[] values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var value in values)
            command.Parameters.Add(new DuckDBParameter(value));
        return command;
    }
}
