// SPDX-License-Identifier: MIT
// The rows of a query, read chunk by chunk as DuckDB makes them.

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Tallymark.DuckDb.Interop;

/// <summary>
/// A cursor over a streamed result: at most a few chunks of 2,048 rows are in memory. Columns count from 0; a value is
/// read as the type that its column has, which is not checked. Its connection can't run anything else until it is
/// disposed.
/// </summary>
sealed unsafe class Rows : IDisposable
{
    readonly string _place;
    readonly ResultHandle _result;
    ChunkHandle? _chunk;
    Vector[] _columns = [];
    int _count;
    int _row;

    Rows(string place, ResultHandle result)
    {
        _place = place;
        _result = result;
    }

    /// <summary>Starts a prepared statement.</summary>
    public static Rows Run(string place, StatementHandle statement)
    {
        var result = new ResultHandle();
        if (Native.duckdb_execute_prepared_streaming(statement, result) == 0)
            return new Rows(place, result);
        using (result)
            throw Failure.Of(place, "run a statement", Native.duckdb_result_error(result));
    }

    /// <summary>How many columns.</summary>
    public int Columns => _columns.Length;

    /// <summary>Moves to the next row; false after the last.</summary>
    /// <exception cref="StoreException">The query failed on its way.</exception>
    public bool Read()
    {
        ObjectDisposedException.ThrowIf(_result.IsClosed, this);
        while (++_row >= _count)
        {
            if (!NextChunk())
                return false;
        }

        return true;
    }

    /// <summary>True if the value is null.</summary>
    public bool IsNull(int column) => _columns[column].IsNull(_row);

    /// <summary>A BOOLEAN.</summary>
    public bool Boolean(int column) => ((byte*)_columns[column].Data)[_row] != 0;

    /// <summary>A BIGINT, or a TIMESTAMP_NS as nanoseconds since 1970.</summary>
    public long Int64(int column) => ((long*)_columns[column].Data)[_row];

    /// <summary>An INTEGER, or a DATE as days since 1970.</summary>
    public int Int32(int column) => ((int*)_columns[column].Data)[_row];

    /// <summary>A UUID.</summary>
    public Guid Uuid(int column)
    {
        // DuckDB keeps a 128-bit integer, low half first, whose top bit is turned so that it sorts as text does.
        var halves = (ulong*)_columns[column].Data + (2 * _row);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, halves[1] ^ (1UL << 63));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], halves[0]);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>A VARCHAR, or null.</summary>
    public string? Text(int column) => _columns[column].Text(_row);

    /// <summary>A VARCHAR[] that is not null.</summary>
    public string?[] Texts(int column)
    {
        var (list, child) = List(column);
        var result = new string?[list.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = child.Text((int)list.Offset + i);
        return result;
    }

    /// <summary>An INTEGER[] that is not null and has no nulls.</summary>
    public int[] Int32s(int column)
    {
        var (list, child) = List(column);
        return new ReadOnlySpan<int>((int*)child.Data + list.Offset, (int)list.Length).ToArray();
    }

    public void Dispose()
    {
        _chunk?.Dispose();
        _result.Dispose();
    }

    (ListEntry Entry, Vector Child) List(int column)
    {
        var vector = _columns[column];
        return (((ListEntry*)vector.Data)[_row], new Vector(Native.duckdb_list_vector_get_child(vector.Handle)));
    }

    bool NextChunk()
    {
        _chunk?.Dispose();
        _chunk = null;
        _count = 0;
        _row = -1;
        var next = Native.duckdb_fetch_chunk(_result.Value);
        if (next == 0)
        {
            var error = Native.duckdb_result_error(_result);
            return error == 0 ? false : throw Failure.Of(_place, "finish a query", error);
        }

        _chunk = ChunkHandle.Of(next);
        _count = (int)Native.duckdb_data_chunk_get_size(next);
        _columns = new Vector[Native.duckdb_data_chunk_get_column_count(next)];
        for (var i = 0; i < _columns.Length; i++)
            _columns[i] = new Vector(Native.duckdb_data_chunk_get_vector(next, (ulong)i));
        return _count > 0 || NextChunk();
    }

    /// <summary>One column of the chunk that is read now.</summary>
    [StructLayout(LayoutKind.Auto)]
    readonly struct Vector(nint handle)
    {
        readonly ulong* _validity = Native.duckdb_vector_get_validity(handle);

        public nint Handle => handle;

        public void* Data { get; } = Native.duckdb_vector_get_data(handle);

        public bool IsNull(int row) => _validity != null && (_validity[row >> 6] & (1UL << (row & 63))) == 0;

        // duckdb_string_t: the length; up to 12 bytes in place, else 4 bytes of them and a pointer.
        public string? Text(int row)
        {
            if (IsNull(row))
                return null;
            var entry = (byte*)Data + (16 * row);
            var length = *(int*)entry;
            return Encoding.UTF8.GetString(length <= 12 ? entry + 4 : *(byte**)(entry + 8), length);
        }
    }
}
