// SPDX-License-Identifier: MIT
// The part of DuckDB's C API that looks at a statement of somebody else's before it runs.

using System.Runtime.InteropServices;

namespace Tallymark.DuckDb.Interop;

static unsafe partial class Native
{
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial ulong duckdb_extract_statements(
        ConnectionHandle connection, string query, out ExtractedHandle statements);
    [LibraryImport(Library)] public static partial nint duckdb_extract_statements_error(ExtractedHandle statements);
    [LibraryImport(Library)] public static partial void duckdb_destroy_extracted(ref nint statements);
    [LibraryImport(Library)]
    public static partial int duckdb_prepare_extracted_statement(
        ConnectionHandle connection, ExtractedHandle statements, ulong index, out StatementHandle statement);
    [LibraryImport(Library)] public static partial int duckdb_prepared_statement_type(StatementHandle statement);
    [LibraryImport(Library)]
    public static partial ulong duckdb_prepared_statement_column_count(StatementHandle statement);
    [LibraryImport(Library)]
    public static partial nint duckdb_prepared_statement_column_name(StatementHandle statement, ulong index);
}

/// <summary><c>duckdb_extracted_statements</c>.</summary>
sealed class ExtractedHandle : DuckDbHandle
{
    protected override bool ReleaseHandle()
    {
        Native.duckdb_destroy_extracted(ref handle);
        return true;
    }
}
