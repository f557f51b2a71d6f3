// SPDX-License-Identifier: MIT
// How a column of the store is called in DuckDB: in SQL, in its catalogue, and in its C API. The only such list.

namespace Tallymark.DuckDb;

/// <summary>DuckDB's types for the store's.</summary>
static class SqlTypes
{
    /// <summary>The name in SQL, which is also the one that <c>duckdb_columns()</c> gives.</summary>
    public static string NameOf(ColumnType type) => type switch
    {
        ColumnType.Boolean => "BOOLEAN",
        ColumnType.Integer => "BIGINT",
        ColumnType.Text => "VARCHAR",
        ColumnType.TextSet => "VARCHAR[]",
        ColumnType.Time => "TIMESTAMP_NS",
        ColumnType.Uuid => "UUID",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>A new logical type, which the caller destroys.</summary>
    public static nint Logical(ColumnType type)
    {
        if (type != ColumnType.TextSet)
            return Native.duckdb_create_logical_type(IdOf(type));
        var element = Native.duckdb_create_logical_type(TypeId.Varchar);
        var list = Native.duckdb_create_list_type(element);
        Native.duckdb_destroy_logical_type(ref element);
        return list;
    }

    static TypeId IdOf(ColumnType type) => type switch
    {
        ColumnType.Boolean => TypeId.Boolean,
        ColumnType.Integer => TypeId.BigInt,
        ColumnType.Text => TypeId.Varchar,
        ColumnType.Time => TypeId.TimestampNs,
        ColumnType.Uuid => TypeId.Uuid,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
