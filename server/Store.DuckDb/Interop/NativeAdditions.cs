// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

// Only the library that came with this program, whatever the system has installed.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]

namespace Tallymark.DuckDb.Interop;

/// <summary>
/// Functions of DuckDB's C API that DuckDB.NET.Bindings 1.5.6 does not declare, under their names in <c>duckdb.h</c>.
/// The library is the one that the package loads.
/// </summary>
static partial class NativeAdditions
{
    const string Library = "duckdb";

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial DuckDBState duckdb_appender_add_column(DuckDBAppender appender, string name);

    [LibraryImport(Library)]
    public static partial DuckDBStatementType duckdb_prepared_statement_type(DuckDBPreparedStatement statement);

    [LibraryImport(Library)]
    public static partial ulong duckdb_prepared_statement_column_count(DuckDBPreparedStatement statement);

    /// <summary>The caller frees the name with <c>duckdb_free</c>.</summary>
    [LibraryImport(Library)]
    public static partial nint duckdb_prepared_statement_column_name(DuckDBPreparedStatement statement, ulong index);
}
