// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>
/// The values of one column in flat arrays that grow; a store copies them into its own vectors. Numbers, times and
/// booleans are in <see cref="Numbers"/>; texts are end to end in one byte array; a set is a run of texts. Each append
/// adds one row. Not thread-safe.
/// </summary>
public sealed partial class ColumnBuffer
{
    // The type determines which arrays are used: numbers (Boolean, Integer, Time), uuids (Uuid), texts (Text), texts
    // and runs (TextSet).
    long[] _numbers = [];
    Guid[] _uuids = [];
    byte[] _bytes = [];
    int[] _textEnds = [];
    int[] _runEnds = [];
    bool[] _valid = new bool[64];
    int _byteCount;
    int _textCount;

    /// <summary>An empty column.</summary>
    public ColumnBuffer(ColumnType type) => Type = type;

    /// <summary>The type of its values.</summary>
    public ColumnType Type { get; }

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>For each row, whether it has a value.</summary>
    public ReadOnlySpan<bool> Valid => _valid.AsSpan(0, Count);

    /// <summary>True if a row has a value.</summary>
    public bool HasValues => Valid.Contains(true);

    /// <summary>The values of a Boolean (0 or 1), Integer or Time column; 0 for null.</summary>
    public ReadOnlySpan<long> Numbers => _numbers.AsSpan(0, Count);

    /// <summary>The values of a Uuid column.</summary>
    public ReadOnlySpan<Guid> Uuids => _uuids.AsSpan(0, Count);

    /// <summary>The number of texts in all rows of a Text or TextSet column.</summary>
    public int TextCount => _textCount;

    /// <summary>The text at an index; in a Text column that of the row.</summary>
    public ReadOnlySpan<byte> Text(int index) =>
        _bytes.AsSpan(Start(_textEnds, index), _textEnds[index] - Start(_textEnds, index));

    /// <summary>The indexes of the texts of a row of a TextSet column.</summary>
    public Range Run(int row) => Start(_runEnds, row).._runEnds[row];

    /// <summary>Appends a row of a Boolean, Integer or Time column.</summary>
    public void Append(long value)
    {
        Grow(ref _numbers, Count + 1);
        _numbers[Count] = value;
        Add(valid: true);
    }

    /// <summary>Changes the value of an existing row of a Boolean, Integer or Time column.</summary>
    public void Set(int row, long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        _numbers[row] = value;
        _valid[row] = true;
    }

    /// <summary>Appends a row of a Uuid column.</summary>
    public void Append(Guid value)
    {
        Grow(ref _uuids, Count + 1);
        _uuids[Count] = value;
        Add(valid: true);
    }

    /// <summary>Appends a row of a Text column; the bytes are copied.</summary>
    public void Append(ReadOnlySpan<byte> text)
    {
        AddText(text);
        Add(valid: true);
    }

    /// <summary>Adds a text to the current row of a TextSet column; <see cref="EndSet"/> ends the row.</summary>
    public void AddText(ReadOnlySpan<byte> text)
    {
        Grow(ref _bytes, _byteCount + text.Length);
        text.CopyTo(_bytes.AsSpan(_byteCount));
        _byteCount += text.Length;
        Grow(ref _textEnds, _textCount + 1);
        _textEnds[_textCount++] = _byteCount;
    }

    /// <summary>Ends a row of a TextSet column; the texts added since the previous row are its set.</summary>
    public void EndSet() => Add(valid: true);

    /// <summary>Appends a row with null.</summary>
    public void AppendNull()
    {
        switch (Type)
        {
            case ColumnType.Boolean or ColumnType.Integer or ColumnType.Time:
                Grow(ref _numbers, Count + 1);
                _numbers[Count] = 0;
                break;
            case ColumnType.Uuid:
                Grow(ref _uuids, Count + 1);
                _uuids[Count] = default;
                break;
            case ColumnType.Text:
                AddText(default);
                break;
            case ColumnType.TextSet:
                break;
            default:
                throw new InvalidOperationException($"There is no column type {Type}.");
        }

        Add(valid: false);
    }

    /// <summary>Appends a copy of a row of another column of the same type.</summary>
    internal void AppendFrom(ColumnBuffer other, int row)
    {
        if (!other.Valid[row])
            AppendNull();
        else if (Type == ColumnType.Uuid)
            Append(other._uuids[row]);
        else if (Type == ColumnType.Text)
            Append(other.Text(row));
        else if (Type == ColumnType.TextSet)
        {
            var (first, end) = (other.Run(row).Start.Value, other.Run(row).End.Value);
            for (var i = first; i < end; i++)
                AddText(other.Text(i));
            EndSet();
        }
        else
            Append(other._numbers[row]);
    }

    /// <summary>Appends nulls up to a number of rows.</summary>
    internal void FillTo(int rows)
    {
        while (Count < rows)
            AppendNull();
    }

    /// <summary>Removes the rows from a number on, and the texts of an unfinished set.</summary>
    internal void CutTo(int rows)
    {
        if (Type == ColumnType.TextSet)
            _textCount = rows == 0 ? 0 : _runEnds[rows - 1];
        else if (Type == ColumnType.Text)
            _textCount = rows;
        _byteCount = _textCount == 0 ? 0 : _textEnds[_textCount - 1];
        Count = rows;
    }

    void Add(bool valid)
    {
        Grow(ref _valid, Count + 1);
        _valid[Count] = valid;
        if (Type == ColumnType.TextSet)
        {
            Grow(ref _runEnds, Count + 1);
            _runEnds[Count] = _textCount;
        }

        Count++;
    }

    static int Start(int[] ends, int index) => index == 0 ? 0 : ends[index - 1];

    static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            Array.Resize(ref array, Math.Max(Math.Max(16, length), array.Length * 2));
    }
}
