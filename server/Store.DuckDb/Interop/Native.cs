// SPDX-License-Identifier: MIT
// The functions of DuckDB's C API that the store uses, under the names that duckdb.h gives them.

using System.Runtime.InteropServices;

// Only the library that was built with this program, whatever the system has.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]

namespace Tallymark.DuckDb.Interop;

/// <summary>DuckDB 1.5's C API. A <c>duckdb_state</c> is 0 for success.</summary>
static unsafe partial class Native
{
    const string Library = "duckdb";

    // Database and connection.
    [LibraryImport(Library)] public static partial int duckdb_create_config(out ConfigHandle config);
    [LibraryImport(Library)] public static partial void duckdb_destroy_config(ref nint config);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int duckdb_set_config(ConfigHandle config, string name, string option);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int duckdb_open_ext(
        string path, out DatabaseHandle database, ConfigHandle config, out nint error);
    [LibraryImport(Library)] public static partial void duckdb_close(ref nint database);
    [LibraryImport(Library)]
    public static partial int duckdb_connect(DatabaseHandle database, out ConnectionHandle connection);
    [LibraryImport(Library)] public static partial void duckdb_disconnect(ref nint connection);
    [LibraryImport(Library)] public static partial void duckdb_interrupt(ConnectionHandle connection);
    [LibraryImport(Library)] public static partial void duckdb_free(nint memory);

    // Statements and results.
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int duckdb_prepare(ConnectionHandle connection, string query, out StatementHandle statement);
    [LibraryImport(Library)] public static partial nint duckdb_prepare_error(StatementHandle statement);
    [LibraryImport(Library)] public static partial void duckdb_destroy_prepare(ref nint statement);
    [LibraryImport(Library)]
    public static partial int duckdb_bind_int64(StatementHandle statement, ulong index, long value);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int duckdb_bind_varchar(StatementHandle statement, ulong index, string value);
    [LibraryImport(Library)]
    public static partial int duckdb_execute_prepared_streaming(StatementHandle statement, ResultHandle result);
    [LibraryImport(Library)] public static partial nint duckdb_result_error(ResultHandle result);
    [LibraryImport(Library)] public static partial nint duckdb_fetch_chunk(Result result);
    [LibraryImport(Library)] public static partial void duckdb_destroy_result(nint result);

    // Chunks and vectors.
    [LibraryImport(Library)] public static partial nint duckdb_create_logical_type(TypeId type);
    [LibraryImport(Library)] public static partial nint duckdb_create_list_type(nint type);
    [LibraryImport(Library)] public static partial void duckdb_destroy_logical_type(ref nint type);
    [LibraryImport(Library)] public static partial ChunkHandle duckdb_create_data_chunk(nint* types, ulong count);
    [LibraryImport(Library)] public static partial void duckdb_destroy_data_chunk(ref nint chunk);
    [LibraryImport(Library)] public static partial void duckdb_data_chunk_reset(ChunkHandle chunk);
    [LibraryImport(Library)] public static partial ulong duckdb_data_chunk_get_column_count(nint chunk);
    [LibraryImport(Library)] public static partial ulong duckdb_data_chunk_get_size(nint chunk);
    [LibraryImport(Library)] public static partial void duckdb_data_chunk_set_size(ChunkHandle chunk, ulong size);
    [LibraryImport(Library)] public static partial nint duckdb_data_chunk_get_vector(nint chunk, ulong column);
    [LibraryImport(Library)] public static partial ulong duckdb_vector_size();
    [LibraryImport(Library)] public static partial void* duckdb_vector_get_data(nint vector);
    [LibraryImport(Library)] public static partial ulong* duckdb_vector_get_validity(nint vector);
    [LibraryImport(Library)] public static partial void duckdb_vector_ensure_validity_writable(nint vector);
    [LibraryImport(Library)] public static partial nint duckdb_list_vector_get_child(nint vector);
    [LibraryImport(Library)] public static partial ulong duckdb_list_vector_get_size(nint vector);
    [LibraryImport(Library)] public static partial int duckdb_list_vector_reserve(nint vector, ulong capacity);
    [LibraryImport(Library)] public static partial int duckdb_list_vector_set_size(nint vector, ulong size);

    // Appending.
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int duckdb_appender_create_ext(
        ConnectionHandle connection, string? catalog, string schema, string table, out AppenderHandle appender);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int duckdb_appender_add_column(AppenderHandle appender, string name);
    [LibraryImport(Library)]
    public static partial int duckdb_append_data_chunk(AppenderHandle appender, ChunkHandle chunk);
    [LibraryImport(Library)] public static partial int duckdb_appender_close(AppenderHandle appender);
    [LibraryImport(Library)] public static partial nint duckdb_appender_error(AppenderHandle appender);
    [LibraryImport(Library)] public static partial int duckdb_appender_destroy(ref nint appender);
}

/// <summary><c>duckdb_result</c>; its members are DuckDB's own.</summary>
[StructLayout(LayoutKind.Sequential)]
struct Result
{
    public ulong ColumnCount, RowCount, RowsChanged;
    public nint Columns, ErrorMessage, InternalData;
}

/// <summary><c>duckdb_string_t</c>: a text of up to 12 bytes lies in it; of a longer one its first 4 bytes, then where it is.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct StringValue
{
    public const int Inlined = 12;
    const int PrefixLength = 4;

    public uint Length;
    public fixed byte Start[Inlined];

    public void PointTo(byte* text)
    {
        fixed (byte* start = Start)
        {
            new ReadOnlySpan<byte>(text, PrefixLength).CopyTo(new Span<byte>(start, PrefixLength));
            *(byte**)(start + PrefixLength) = text;
        }
    }
}

/// <summary><c>duckdb_list_entry</c>: where a row's elements lie in the list's child vector.</summary>
[StructLayout(LayoutKind.Sequential)]
struct ListEntry
{
    public ulong Offset, Length;
}

/// <summary>The members of <c>duckdb_type</c> that the store has columns of.</summary>
enum TypeId
{
    Boolean = 1,
    BigInt = 5,
    Varchar = 17,
    TimestampNs = 22,
    Uuid = 27,
}
