// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Buffers.Binary;

namespace Tallymark.Store;

/// <summary>
/// Rows of one table as column buffers, from the decoder to the store, without an object per event. The decoder appends
/// values to the columns, then keeps or discards the row. Not thread-safe: one request owns it until the store gets it.
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

    /// <summary>The number of kept rows.</summary>
    public int Count { get; private set; }

    /// <summary>The buffers, in the order of the table's columns.</summary>
    public IReadOnlyList<ColumnBuffer> Columns => _columns;

    /// <summary>The buffer of column <paramref name="index"/>.</summary>
    public ColumnBuffer this[int index] => _columns[index];

    /// <summary>Keeps the appended row; columns without a value get null.</summary>
    public void Keep()
    {
        Count++;
        foreach (var column in _columns)
            column.FillTo(Count);
    }

    /// <summary>
    /// Moves everything appended since the last kept row to other rows, whose table has the same columns.
    /// </summary>
    public void MoveTo(EventRows other)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            if (_columns[i].Count > Count)
                other._columns[i].AppendFrom(_columns[i], Count);
        }

        Discard();
    }

    /// <summary>
    /// Removes every row whose text in the column matches; a row with null stays. A store does this with the rows that
    /// it gets. Cost: one test per row; if a row is removed, the others are copied.
    /// </summary>
    /// <returns>The number of removed rows.</returns>
    public int RemoveWhere(int column, TextTest matches)
    {
        var texts = _columns[column];
        List<int>? kept = null;
        for (var row = 0; row < Count; row++)
        {
            var isMatch = texts.Valid[row] && matches(texts.Text(row));
            if (isMatch && kept is null)
                kept = [.. Enumerable.Range(0, row)];
            else if (!isMatch)
                kept?.Add(row);
        }

        if (kept is null)
            return 0;
        for (var i = 0; i < _columns.Length; i++)
        {
            var copy = new ColumnBuffer(_columns[i].Type);
            foreach (var row in kept)
                copy.AppendFrom(_columns[i], row);
            _columns[i] = copy;
        }

        var removed = Count - kept.Count;
        Count = kept.Count;
        return removed;
    }

    /// <summary>Approximate memory use. Bytes. Cost: a few additions per column.</summary>
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

    /// <summary>
    /// Writes the kept rows as bytes (spec/journal.md); without the column <see cref="Table.Provenance"/> if no row is
    /// foreign. Cost: one copy of them.
    /// </summary>
    public void Write(IBufferWriter<byte> to)
    {
        var isForeign = _columns[Envelope.Provenance].Valid.Contains(true);
        BinaryPrimitives.WriteInt32LittleEndian(to.GetSpan(2 * sizeof(int)), Count);
        BinaryPrimitives.WriteInt32LittleEndian(
            to.GetSpan(2 * sizeof(int))[sizeof(int)..], isForeign ? _columns.Length : _columns.Length - 1);
        to.Advance(2 * sizeof(int));
        for (var i = 0; i < _columns.Length; i++)
        {
            if (i != Envelope.Provenance || isForeign)
                _columns[i].Write(to);
        }
    }

    /// <summary>Reads rows of a table that <see cref="Write"/> wrote, and advances past them.</summary>
    /// <param name="table">The table.</param>
    /// <param name="from">The bytes.</param>
    /// <param name="hasNetworks">
    /// False: an earlier version wrote them, without the column <see cref="Table.Network"/>, which is null.
    /// </param>
    /// <exception cref="InvalidDataException">The bytes are not rows of this table.</exception>
    public static EventRows Read(Table table, ref ReadOnlySpan<byte> from, bool hasNetworks = true)
    {
        var count = from.Length < 2 * sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(from);
        if (count < 0)
            throw new InvalidDataException("The rows end early.");
        var columns = BinaryPrimitives.ReadInt32LittleEndian(from[sizeof(int)..]);
        var expected = hasNetworks ? table.Columns.Count : table.Columns.Count - 1;
        if (columns != expected && columns != expected - 1)
            throw new InvalidDataException($"The rows do not have the columns of table {table.Name}.");
        from = from[(2 * sizeof(int))..];
        var rows = new EventRows(table) { Count = count };
        for (var i = 0; i < rows._columns.Length; i++)
        {
            if ((i == Envelope.Provenance && columns < expected) || (i == Envelope.Network && !hasNetworks))
                rows._columns[i].FillTo(count);
            else
                rows._columns[i] = ColumnBuffer.Read(table.Columns[i].Type, count, ref from);
        }

        return rows;
    }

    /// <summary>Advances past rows that <see cref="Write"/> wrote, of any table.</summary>
    /// <returns>Their number.</returns>
    /// <exception cref="InvalidDataException">The bytes are not rows.</exception>
    public static int Skip(ref ReadOnlySpan<byte> from)
    {
        if (from.Length < 2 * sizeof(int))
            throw new InvalidDataException("The rows end early.");
        var count = BinaryPrimitives.ReadInt32LittleEndian(from);
        var columns = BinaryPrimitives.ReadInt32LittleEndian(from[sizeof(int)..]);
        from = from[(2 * sizeof(int))..];
        for (var i = 0; i < columns; i++)
            ColumnBuffer.Skip(ref from);
        return count;
    }

    /// <summary>Removes all rows and keeps the memory, for other rows of the same table.</summary>
    public void Clear()
    {
        Count = 0;
        Discard();
    }

    /// <summary>Discards values appended to one column since the last kept row.</summary>
    public void Discard(int column) => _columns[column].CutTo(Count);

    /// <summary>Discards all values appended since the last kept row.</summary>
    public void Discard()
    {
        foreach (var column in _columns)
            column.CutTo(Count);
    }
}

/// <summary>Tests a text.</summary>
public delegate bool TextTest(ReadOnlySpan<byte> text);
