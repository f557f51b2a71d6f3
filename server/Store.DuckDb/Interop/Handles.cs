// SPDX-License-Identifier: MIT
// DuckDB's objects as safe handles: each is freed once, and not while a call still uses it.

using System.Runtime.InteropServices;

namespace Tallymark.DuckDb.Interop;

/// <summary>
/// What all of DuckDB's handles have in common: null is none, and freeing takes a pointer to the handle.
/// </summary>
abstract class DuckDbHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;
}

/// <summary><c>duckdb_config</c>.</summary>
sealed class ConfigHandle : DuckDbHandle
{
    protected override bool ReleaseHandle()
    {
        Native.duckdb_destroy_config(ref handle);
        return true;
    }
}

/// <summary><c>duckdb_database</c>. The file is closed when the last of its connections is.</summary>
sealed class DatabaseHandle : DuckDbHandle
{
    protected override bool ReleaseHandle()
    {
        Native.duckdb_close(ref handle);
        return true;
    }
}

/// <summary><c>duckdb_connection</c>.</summary>
sealed class ConnectionHandle : DuckDbHandle
{
    protected override bool ReleaseHandle()
    {
        Native.duckdb_disconnect(ref handle);
        return true;
    }
}

/// <summary><c>duckdb_prepared_statement</c>.</summary>
sealed class StatementHandle : DuckDbHandle
{
    protected override bool ReleaseHandle()
    {
        Native.duckdb_destroy_prepare(ref handle);
        return true;
    }
}

/// <summary>A <c>duckdb_result</c> at a place of its own: DuckDB fills it in and takes it apart.</summary>
sealed unsafe class ResultHandle : DuckDbHandle
{
    /// <summary>Makes an empty one.</summary>
    public ResultHandle() => SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(Result)));

    /// <summary>What stands there, for calls made while this object is held.</summary>
    public Result Value => *(Result*)handle;

    protected override bool ReleaseHandle()
    {
        Native.duckdb_destroy_result(handle);
        NativeMemory.Free((void*)handle);
        return true;
    }
}

/// <summary><c>duckdb_data_chunk</c>.</summary>
sealed class ChunkHandle : DuckDbHandle
{
    /// <summary>The chunk itself, for calls made while this object is held.</summary>
    public nint Value => handle;

    /// <summary>Takes over a chunk that DuckDB gave.</summary>
    public static ChunkHandle Of(nint chunk)
    {
        var result = new ChunkHandle();
        result.SetHandle(chunk);
        return result;
    }

    protected override bool ReleaseHandle()
    {
        Native.duckdb_destroy_data_chunk(ref handle);
        return true;
    }
}

/// <summary>
/// <c>duckdb_appender</c>. Freeing one that was not closed may still write: roll the transaction back after it.
/// </summary>
sealed class AppenderHandle : DuckDbHandle
{
    protected override bool ReleaseHandle()
    {
        _ = Native.duckdb_appender_destroy(ref handle);
        return true;
    }
}
