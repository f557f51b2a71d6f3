// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tallymark.Store;

// A column as bytes, array by array (spec/journal.md): the form of rows in the journal before the store has them.
public sealed partial class ColumnBuffer
{
    // No column of a batch is longer; a damaged length must not allocate memory.
    const int MaxArrayBytes = 64 * 1024 * 1024;

    const int OverheadBytes = 200; // the object and the headers of its arrays

    /// <summary>Approximate memory use. Bytes.</summary>
    internal int Memory => OverheadBytes + _valid.Length + (sizeof(long) * _numbers.Length) + (16 * _uuids.Length)
        + _bytes.Length + (sizeof(int) * (_textEnds.Length + _runEnds.Length));

    internal void Write(IBufferWriter<byte> to)
    {
        to.Write([(byte)Type]);
        WriteArray(to, MemoryMarshal.AsBytes(Valid));
        switch (Type)
        {
            case ColumnType.Boolean or ColumnType.Integer or ColumnType.Time:
                WriteArray(to, MemoryMarshal.AsBytes(Numbers));
                break;
            case ColumnType.Uuid:
                WriteArray(to, MemoryMarshal.AsBytes(Uuids));
                break;
            case ColumnType.Text or ColumnType.TextSet:
                WriteArray(to, _bytes.AsSpan(0, _byteCount));
                WriteArray(to, MemoryMarshal.AsBytes(_textEnds.AsSpan(0, _textCount)));
                if (Type == ColumnType.TextSet)
                    WriteArray(to, MemoryMarshal.AsBytes(_runEnds.AsSpan(0, Count)));
                break;
            default:
                throw new InvalidOperationException($"There is no column type {Type}.");
        }
    }

    internal static ColumnBuffer Read(ColumnType type, int rows, ref ReadOnlySpan<byte> from)
    {
        if (from.IsEmpty || from[0] != (byte)type)
            throw new InvalidDataException("A column of the rows has an unexpected type.");
        from = from[1..];
        var column = new ColumnBuffer(type) { Count = rows, _valid = ReadArray<bool>(ref from, rows) };
        switch (type)
        {
            case ColumnType.Boolean or ColumnType.Integer or ColumnType.Time:
                column._numbers = ReadArray<long>(ref from, rows);
                break;
            case ColumnType.Uuid:
                column._uuids = ReadArray<Guid>(ref from, rows);
                break;
            case ColumnType.Text or ColumnType.TextSet:
                column._bytes = ReadArray<byte>(ref from);
                column._byteCount = column._bytes.Length;
                column._textEnds = ReadArray<int>(ref from, type == ColumnType.Text ? rows : null);
                column._textCount = column._textEnds.Length;
                CheckEnds(column._textEnds, column._byteCount);
                if (type == ColumnType.TextSet)
                {
                    column._runEnds = ReadArray<int>(ref from, rows);
                    CheckEnds(column._runEnds, column._textCount);
                }

                break;
            default:
                throw new InvalidOperationException($"There is no column type {type}.");
        }

        return column;
    }

    internal static void Skip(ref ReadOnlySpan<byte> from)
    {
        if (from.IsEmpty)
            throw new InvalidDataException("The rows end early.");
        var arrays = (ColumnType)from[0] switch
        {
            ColumnType.Boolean or ColumnType.Integer or ColumnType.Time or ColumnType.Uuid => 2,
            ColumnType.Text => 3,
            ColumnType.TextSet => 4,
            _ => throw new InvalidDataException("A column of the rows has an unknown type."),
        };
        from = from[1..];
        for (; arrays > 0; arrays--)
            _ = ReadArray<byte>(ref from);
    }

    static void WriteArray(IBufferWriter<byte> to, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to.GetSpan(sizeof(int)), bytes.Length);
        to.Advance(sizeof(int));
        to.Write(bytes);
    }

    static T[] ReadArray<T>(ref ReadOnlySpan<byte> from, int? count = null) where T : unmanaged
    {
        if (from.Length < sizeof(int))
            throw new InvalidDataException("The rows end early.");
        var length = BinaryPrimitives.ReadInt32LittleEndian(from);
        from = from[sizeof(int)..];
        var size = Unsafe.SizeOf<T>();
        if (length is < 0 or > MaxArrayBytes || length > from.Length || length % size != 0
            || (count is { } rows && length / size != rows))
            throw new InvalidDataException("An array of the rows has an unexpected length.");
        var values = MemoryMarshal.Cast<byte, T>(from[..length]).ToArray();
        from = from[length..];
        return values;
    }

    static void CheckEnds(int[] ends, int last)
    {
        var before = 0;
        foreach (var end in ends)
        {
            if (end < before || end > last)
                throw new InvalidDataException("The ends of the texts are not in order.");
            before = end;
        }

        if (before != last)
            throw new InvalidDataException("The texts end early.");
    }
}
