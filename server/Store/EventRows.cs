// SPDX-License-Identifier: MIT
// Rows of one table on their way from the decoder to the store, as column buffers: no object for each event.

using System.Buffers;
using System.Buffers.Binary;

namespace Tallymark.Store;

/// <summary>
/// Rows of one table, column by column. The decoder appends values to the columns and then either keeps the row or takes it back.
/// Not thread safe: one request owns it until it is handed to the store.
/// </summary>
public sealed class EventRows
{
    readonly ColumnBuffer[] _columns;

    /// <summary>Empty rows of a table.</summary>
    public EventRows(Table table)
    {
        Table = table;
        _columns = new ColumnBuffer[table.Columns.Count];
        for (var i = 0; i < _columns.Length; i++)
            _columns[i] = new ColumnBuffer(table.Columns[i].Type);
    }

    /// <summary>The table.</summary>
    public Table Table { get; }

    /// <summary>How many rows are kept.</summary>
    public int Count { get; private set; }

    /// <summary>The buffers, in the order of the table's columns.</summary>
    public IReadOnlyList<ColumnBuffer> Columns => _columns;

    /// <summary>The buffer of column <paramref name="index"/>.</summary>
    public ColumnBuffer this[int index] => _columns[index];

    /// <summary>Keeps the row that was just appended; columns without a value get null.</summary>
    public void Keep()
    {
        Count++;
        foreach (var column in _columns)
            column.FillTo(Count);
    }

    /// <summary>
    /// Takes out every row for whose text in that column the answer is yes; a row without one stays. A store does it with
    /// rows that it was handed. Cost: a look at each row; if one goes, the others are copied.
    /// </summary>
    /// <returns>How many were taken out.</returns>
    public int TakeOut(int column, TextTest isOut)
    {
        var texts = _columns[column];
        List<int>? stay = null;
        for (var row = 0; row < Count; row++)
        {
            var isOne = texts.Valid[row] && isOut(texts.Text(row));
            if (isOne && stay is null)
                stay = [.. Enumerable.Range(0, row)];
            else if (!isOne)
                stay?.Add(row);
        }

        if (stay is null)
            return 0;
        for (var i = 0; i < _columns.Length; i++)
        {
            var left = new ColumnBuffer(_columns[i].Type);
            foreach (var row in stay)
                left.AppendFrom(_columns[i], row);
            _columns[i] = left;
        }

        var taken = Count - stay.Count;
        Count = stay.Count;
        return taken;
    }

    /// <summary>About how many bytes of memory they take. Cost: a few additions a column.</summary>
    public int Memory
    {
        get
        {
            var memory = 0;
            foreach (var column in _columns)
                memory += column.Memory;
            return memory;
        }
    }

    /// <summary>Writes the kept rows as bytes (spec/journal.md). Cost: one copy of them.</summary>
    public void Write(IBufferWriter<byte> to)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to.GetSpan(2 * sizeof(int)), Count);
        BinaryPrimitives.WriteInt32LittleEndian(to.GetSpan(2 * sizeof(int))[sizeof(int)..], _columns.Length);
        to.Advance(2 * sizeof(int));
        foreach (var column in _columns)
            column.Write(to);
    }

    /// <summary>Reads rows of a table that <see cref="Write"/> has written, and moves on behind them.</summary>
    /// <exception cref="InvalidDataException">They are no rows of this table.</exception>
    public static EventRows Read(Table table, ref ReadOnlySpan<byte> from)
    {
        var count = from.Length < 2 * sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(from);
        if (count < 0)
            throw new InvalidDataException("The rows end early.");
        if (BinaryPrimitives.ReadInt32LittleEndian(from[sizeof(int)..]) != table.Columns.Count)
            throw new InvalidDataException($"The rows have other columns than table {table.Name}.");
        from = from[(2 * sizeof(int))..];
        var rows = new EventRows(table) { Count = count };
        for (var i = 0; i < rows._columns.Length; i++)
            rows._columns[i] = ColumnBuffer.Read(table.Columns[i].Type, count, ref from);
        return rows;
    }

    /// <summary>Takes all rows out; the memory stays, for others of the same table.</summary>
    public void Clear()
    {
        Count = 0;
        TakeBack();
    }

    /// <summary>Takes back what was appended to one column since the last kept row.</summary>
    public void TakeBack(int column) => _columns[column].CutTo(Count);

    /// <summary>Takes back whatever was appended since the last kept row.</summary>
    public void TakeBack()
    {
        foreach (var column in _columns)
            column.CutTo(Count);
    }
}

/// <summary>A question about a text.</summary>
public delegate bool TextTest(ReadOnlySpan<byte> text);
