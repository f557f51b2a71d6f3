// SPDX-License-Identifier: MIT
// Copies column buffers into a chunk of DuckDB's: the one place where values change their form.

using System.Buffers.Binary;

namespace Tallymark.DuckDb.Interop;

/// <summary>A chunk of one table's columns that is filled, appended and filled again.</summary>
sealed unsafe class ChunkWriter : IDisposable
{
    /// <summary>How many rows a chunk holds: DuckDB's vector size.</summary>
    public static readonly int Capacity = (int)Native.duckdb_vector_size();

    readonly ChunkHandle _chunk;
    readonly TextArena _texts = new();

    /// <summary>An empty chunk.</summary>
    public ChunkWriter(IReadOnlyList<Column> columns)
    {
        var types = new nint[columns.Count];
        for (var i = 0; i < types.Length; i++)
            types[i] = SqlTypes.Logical(columns[i].Type);
        fixed (nint* first = types)
            _chunk = Native.duckdb_create_data_chunk(first, (ulong)types.Length);
        for (var i = 0; i < types.Length; i++)
            Native.duckdb_destroy_logical_type(ref types[i]);
    }

    /// <summary>How many rows are in it.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Adds rows from <paramref name="from"/> on until it is full; returns the first row that did not fit.
    /// </summary>
    public int Fill(IReadOnlyList<ColumnBuffer> columns, int from, int rows)
    {
        var count = Math.Min(rows - from, Capacity - Count);
        for (var i = 0; i < columns.Count; i++)
            Copy(columns[i], from, count, Native.duckdb_data_chunk_get_vector(_chunk.Value, (ulong)i));
        Count += count;
        return from + count;
    }

    /// <summary>Gives its rows to an appender and empties it.</summary>
    public void Append(AppenderHandle appender, string place)
    {
        if (Count == 0)
            return;
        Native.duckdb_data_chunk_set_size(_chunk, (ulong)Count);
        if (Native.duckdb_append_data_chunk(appender, _chunk) != 0)
            throw Failure.Of(place, "append rows", Native.duckdb_appender_error(appender));
        Clear();
    }

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        Native.duckdb_data_chunk_reset(_chunk);
        _texts.Clear(); // the appender has copied them
        Count = 0;
    }

    public void Dispose()
    {
        _chunk.Dispose();
        _texts.Dispose();
    }

    void Copy(ColumnBuffer column, int from, int count, nint vector)
    {
        CopyNulls(column.Valid.Slice(from, count), vector);
        var data = Native.duckdb_vector_get_data(vector);
        switch (column.Type)
        {
            case ColumnType.Integer or ColumnType.Time:
                column.Numbers.Slice(from, count).CopyTo(new Span<long>((long*)data + Count, count));
                break;
            case ColumnType.Boolean:
                for (var i = 0; i < count; i++)
                    ((byte*)data)[Count + i] = column.Numbers[from + i] == 0 ? (byte)0 : (byte)1;
                break;
            case ColumnType.Uuid:
                for (var i = 0; i < count; i++)
                    WriteUuid(column.Uuids[from + i], (ulong*)data + (2 * (Count + i)));
                break;
            case ColumnType.Text:
                CopyTexts(column, from, count, vector, Count);
                break;
            case ColumnType.TextSet:
                CopySets(column, from, count, vector, (ListEntry*)data + Count);
                break;
            default:
                throw new InvalidOperationException($"No column type {column.Type}.");
        }
    }

    void CopyNulls(ReadOnlySpan<bool> valid, nint vector)
    {
        if (!valid.Contains(false))
            return;
        Native.duckdb_vector_ensure_validity_writable(vector);
        var bits = Native.duckdb_vector_get_validity(vector);
        for (var i = 0; i < valid.Length; i++)
        {
            if (!valid[i])
                bits[(Count + i) >> 6] &= ~(1UL << ((Count + i) & 63));
        }
    }

    // Written as duckdb_string_t lies in memory (duckdb.h): a call for each text would cost more than all the rest. Texts of null rows are
    // empty, so they need no question.
    void CopyTexts(ColumnBuffer column, int from, int count, nint vector, int at)
    {
        var to = (StringValue*)Native.duckdb_vector_get_data(vector) + at;
        for (var i = 0; i < count; i++)
        {
            var text = column.Text(from + i);
            var value = new StringValue { Length = (uint)text.Length };
            if (text.Length <= StringValue.Inlined)
                text.CopyTo(new Span<byte>(value.Start, StringValue.Inlined));
            else
                value.PointTo(_texts.Keep(text));
            to[i] = value;
        }
    }

    void CopySets(ColumnBuffer column, int from, int count, nint vector, ListEntry* entries)
    {
        if (count == 0)
            return;
        var first = column.Run(from).Start.Value;
        var end = column.Run(from + count - 1).End.Value;
        var at = (int)Native.duckdb_list_vector_get_size(vector);
        var size = (ulong)(at + end - first);
        if (Native.duckdb_list_vector_reserve(vector, size) != 0
            || Native.duckdb_list_vector_set_size(vector, size) != 0)
            throw new InvalidOperationException("DuckDB takes no elements into this vector: it is not a list.");
        for (var i = 0; i < count; i++)
        {
            var run = column.Run(from + i);
            entries[i] = new ListEntry
            {
                Offset = (ulong)(at + run.Start.Value - first),
                Length = (ulong)(run.End.Value - run.Start.Value),
            };
        }

        CopyTexts(column, first, end - first, Native.duckdb_list_vector_get_child(vector), at);
    }

    // DuckDB keeps a 128-bit integer, low half first, whose top bit is turned so that it sorts as text does.
    static void WriteUuid(Guid value, ulong* halves)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = value.TryWriteBytes(bytes, bigEndian: true, out _);
        halves[0] = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        halves[1] = BinaryPrimitives.ReadUInt64BigEndian(bytes) ^ (1UL << 63);
    }
}
