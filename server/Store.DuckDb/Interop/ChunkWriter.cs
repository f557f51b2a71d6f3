// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace Tallymark.DuckDb.Interop;

/// <summary>
/// A chunk of one table's columns: filled from column buffers, appended, cleared and filled again. Copies whole
/// columns; DuckDB's appender takes one value a call, which measured slower (docs/adr/0003-duckdb-native-library.md).
/// One thread at a time.
/// </summary>
sealed unsafe class ChunkWriter : IDisposable
{
    /// <summary>The number of rows in a full chunk: DuckDB's vector size.</summary>
    public static readonly int Capacity = (int)NativeMethods.Helpers.DuckDBVectorSize();

    readonly DuckDBDataChunk _chunk;
    readonly TextArena _texts = new();

    /// <summary>An empty chunk.</summary>
    public ChunkWriter(IReadOnlyList<Column> columns)
    {
        DuckDBLogicalType[] types = [.. columns.Select(column => TypeMapping.CreateLogicalType(column.Type))];
        _chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk(
            [.. types.Select(type => type.DangerousGetHandle())], (ulong)types.Length);
        foreach (var type in types)
            type.Dispose(); // after the call, so that the handles above are valid
    }

    /// <summary>The number of rows in the chunk.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Copies rows from <paramref name="from"/> on until the chunk is full; returns the first row that did not fit.
    /// </summary>
    public int Fill(IReadOnlyList<ColumnBuffer> columns, int from, int rows)
    {
        var count = Math.Min(rows - from, Capacity - Count);
        for (var i = 0; i < columns.Count; i++)
            Copy(columns[i], from, count, NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, i));
        Count += count;
        return from + count;
    }

    /// <summary>The native chunk with its number of rows set.</summary>
    public DuckDBDataChunk Complete()
    {
        _ = NativeMethods.DataChunks.DuckDBDataChunkSetSize(_chunk, (ulong)Count);
        return _chunk;
    }

    /// <summary>Clears the chunk. An appender has copied its texts by then.</summary>
    public void Clear()
    {
        NativeMethods.DataChunks.DuckDBDataChunkReset(_chunk);
        _texts.Clear();
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
        var data = NativeMethods.Vectors.DuckDBVectorGetData(vector);
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
                CopySets(column, from, count, vector, (DuckDBListEntry*)data + Count);
                break;
            default:
                throw new InvalidOperationException($"There is no column type {column.Type}.");
        }
    }

    void CopyNulls(ReadOnlySpan<bool> valid, nint vector)
    {
        if (!valid.Contains(false))
            return;
        NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
        var bits = NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
        for (var i = 0; i < valid.Length; i++)
        {
            if (!valid[i])
                bits[(Count + i) >> 6] &= ~(1UL << ((Count + i) & 63));
        }
    }

    // Writes duckdb_string_t (duckdb.h) directly: one native call per text would cost more than everything else. Texts
    // of null rows are empty, so they need no check.
    void CopyTexts(ColumnBuffer column, int from, int count, nint vector, int at)
    {
        var to = (StringValue*)NativeMethods.Vectors.DuckDBVectorGetData(vector) + at;
        for (var i = 0; i < count; i++)
        {
            var text = column.Text(from + i);
            var value = new StringValue { Length = (uint)text.Length };
            if (text.Length <= StringValue.MaxInlinedLength)
                text.CopyTo(new Span<byte>(value.Start, StringValue.MaxInlinedLength));
            else
                value.PointTo(_texts.Add(text));
            to[i] = value;
        }
    }

    void CopySets(ColumnBuffer column, int from, int count, nint vector, DuckDBListEntry* entries)
    {
        if (count == 0)
            return;
        var first = column.Run(from).Start.Value;
        var end = column.Run(from + count - 1).End.Value;
        var at = (int)NativeMethods.Vectors.DuckDBListVectorGetSize(vector);
        var size = (ulong)(at + end - first);
        if (NativeMethods.Vectors.DuckDBListVectorReserve(vector, size) != DuckDBState.Success
            || NativeMethods.Vectors.DuckDBListVectorSetSize(vector, size) != DuckDBState.Success)
            throw new InvalidOperationException("DuckDB refused elements for this vector: it is not a list.");
        for (var i = 0; i < count; i++)
        {
            var run = column.Run(from + i);
            var (start, length) = (at + run.Start.Value - first, run.End.Value - run.Start.Value);
            entries[i] = new DuckDBListEntry((ulong)start, (ulong)length);
        }

        CopyTexts(column, first, end - first, NativeMethods.Vectors.DuckDBListVectorGetChild(vector), at);
    }

    // DuckDB stores a 128-bit integer, low half first, with the top bit flipped so that it sorts as text does.
    static void WriteUuid(Guid value, ulong* halves)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = value.TryWriteBytes(bytes, bigEndian: true, out _);
        halves[0] = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        halves[1] = BinaryPrimitives.ReadUInt64BigEndian(bytes) ^ (1UL << 63);
    }
}
