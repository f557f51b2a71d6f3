// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Interop;

/// <summary>
/// DuckDB's types for the store's column types: in SQL, in the catalog and in the C API. The only such list.
/// </summary>
static class TypeMapping
{
    /// <summary>The name in SQL; <c>duckdb_columns()</c> returns the same name.</summary>
    public static string SqlName(ColumnType type) => type switch
    {
        ColumnType.Boolean => "BOOLEAN",
        ColumnType.Integer => "BIGINT",
        ColumnType.Text => "VARCHAR",
        ColumnType.TextSet => "VARCHAR[]",
        ColumnType.Time => "TIMESTAMP_NS",
        ColumnType.Uuid => "UUID",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>A new logical type; the caller disposes it.</summary>
    public static DuckDBLogicalType CreateLogicalType(ColumnType type)
    {
        if (type != ColumnType.TextSet)
            return NativeMethods.LogicalType.DuckDBCreateLogicalType(NativeType(type));
        using var element = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.Varchar);
        return NativeMethods.LogicalType.DuckDBCreateListType(element);
    }

    static DuckDBType NativeType(ColumnType type) => type switch
    {
        ColumnType.Boolean => DuckDBType.Boolean,
        ColumnType.Integer => DuckDBType.BigInt,
        ColumnType.Text => DuckDBType.Varchar,
        ColumnType.Time => DuckDBType.TimestampNs,
        ColumnType.Uuid => DuckDBType.Uuid,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
