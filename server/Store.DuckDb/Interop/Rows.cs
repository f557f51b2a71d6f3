// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Tallymark.DuckDb.Interop;

/// <summary>
/// A cursor over a streamed result: holds at most a few chunks of 2,048 rows in memory. Columns count from 0. A value
/// is read as the type of its column, which is not checked. The connection can run nothing else until the cursor is
/// disposed. One thread at a time.
/// </summary>
sealed unsafe class Rows : IDisposable
{
    readonly string _place;
    DuckDBResult _result;
    bool _isDisposed;
    DuckDBDataChunk? _chunk;
    Vector[] _columns = [];
    int _count;
    int _row;

    Rows(string place, DuckDBResult result)
    {
        _place = place;
        _result = result;
    }

    /// <summary>Runs a prepared statement.</summary>
    /// <exception cref="StoreException">The statement failed.</exception>
    public static Rows Run(string place, DuckDBPreparedStatement statement)
    {
        var state = NativeMethods.PreparedStatements.DuckDBExecutePreparedStreaming(statement, out var result);
        if (state == DuckDBState.Success)
            return new Rows(place, result);
        var failure = DuckDbErrors.Create(place, "run a statement", NativeMethods.Query.DuckDBResultError(ref result));
        result.Close();
        throw failure;
    }

    /// <summary>The number of columns.</summary>
    public int Columns => _columns.Length;

    /// <summary>Moves to the next row; false after the last one.</summary>
    /// <exception cref="StoreException">The query failed while running.</exception>
    public bool Read()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        while (++_row >= _count)
        {
            if (!ReadChunk())
                return false;
        }

        return true;
    }

    /// <summary>Whether the value is null.</summary>
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
        // DuckDB stores a 128-bit integer, low half first, with the top bit flipped so that it sorts as text does.
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

    /// <summary>An INTEGER[] that is not null and contains no nulls.</summary>
    public int[] Int32s(int column)
    {
        var (list, child) = List(column);
        return new ReadOnlySpan<int>((int*)child.Data + list.Offset, (int)list.Length).ToArray();
    }

    /// <summary>A BIGINT[] that is not null and contains no nulls.</summary>
    public long[] Int64s(int column)
    {
        var (list, child) = List(column);
        return new ReadOnlySpan<long>((long*)child.Data + list.Offset, (int)list.Length).ToArray();
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _chunk?.Dispose();
        _result.Close();
    }

    (DuckDBListEntry Entry, Vector Child) List(int column)
    {
        var vector = _columns[column];
        var child = NativeMethods.Vectors.DuckDBListVectorGetChild(vector.Handle);
        return (((DuckDBListEntry*)vector.Data)[_row], new Vector(child));
    }

    bool ReadChunk()
    {
        do
        {
            _chunk?.Dispose();
            (_chunk, _count, _row) = (null, 0, 0);
            var next = NativeMethods.Query.DuckDBFetchChunk(_result);
            if (next.IsInvalid)
            {
                var error = NativeMethods.Query.DuckDBResultError(ref _result);
                return string.IsNullOrEmpty(error) ? false : throw DuckDbErrors.Create(_place, "finish a query", error);
            }

            _chunk = next;
            _count = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(next);
        }
        while (_count == 0);

        _columns = new Vector[NativeMethods.DataChunks.DuckDBDataChunkGetColumnCount(_chunk)];
        for (var i = 0; i < _columns.Length; i++)
            _columns[i] = new Vector(NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, i));
        _row = -1;
        return true;
    }

    /// <summary>One column of the current chunk.</summary>
    [StructLayout(LayoutKind.Auto)]
    readonly struct Vector(nint handle)
    {
        readonly ulong* _validity = NativeMethods.Vectors.DuckDBVectorGetValidity(handle);

        public nint Handle => handle;

        public void* Data { get; } = NativeMethods.Vectors.DuckDBVectorGetData(handle);

        public bool IsNull(int row) => _validity != null && (_validity[row >> 6] & (1UL << (row & 63))) == 0;

        public string? Text(int row)
        {
            if (IsNull(row))
                return null;
            var entry = (DuckDBString*)Data + row; // a pointer: its Data is valid for an inlined text only in place
            return Encoding.UTF8.GetString((byte*)entry->Data, entry->Length);
        }
    }
}
