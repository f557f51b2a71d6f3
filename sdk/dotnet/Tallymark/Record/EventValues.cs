// SPDX-License-Identifier: MIT
namespace Tallymark.Record;

/// <summary>
/// The values of one event while a program sets them: each becomes text at once. Made when an event first takes values,
/// so an event that begins while telemetry is off costs nothing of it. Reused with its event. Not thread-safe.
/// </summary>
sealed class EventValues(EventDefinition shape, SdkEnvironment environment) : ISpoolLineSource
{
    /// <summary>Twice the length of a line, since a value may be set again. Bytes.</summary>
    internal const int MaxBytes = 32_768;

    readonly LineBuffer _text = new(MaxBytes);
    readonly (int Start, int Length)[] _slots = new (int, int)[shape.Fields.Length];
    long _beganTimestamp;

    public EventDefinition Shape => shape;

    public DateTime Began { get; private set; }

    public string Status { get; internal set; } = "unknown";

    public bool AddValue(LineBuffer line, int slot, BuiltInFields builtIn, Installation installation)
    {
        var kind = shape.Fields[slot].Kind;
        if (kind == FieldKind.OwnDuration)
            return Values.Duration(line, environment.Since(_beganTimestamp));
        if (kind > FieldKind.OwnDuration)
            return builtIn.Add(line, kind, installation);
        var (start, length) = _slots[slot];
        line.Add(_text.Slice(start, length));
        return length > 0;
    }

    /// <summary>Clears all values; time and duration count from here.</summary>
    internal void Restart()
    {
        Began = environment.Now;
        _beganTimestamp = environment.Timestamp;
        _text.CutTo(0);
        Array.Clear(_slots);
    }

    internal bool HasValue(int slot) => _slots[slot].Length > 0;

    internal void Clear(int slot) => _slots[slot] = default;

    /// <summary>
    /// Begins the value of a slot that is clear: add its text to the result, then call <see cref="TryEnd"/>. A value
    /// that is set again leaves its old text in the buffer; old text is removed when the buffer is half full.
    /// </summary>
    internal LineBuffer Begin(int slot)
    {
        if (_text.Length > MaxBytes / 2 || _text.Overflowed)
            Compact();
        _slots[slot].Start = _text.Length;
        return _text;
    }

    /// <summary>
    /// Keeps the value; with <paramref name="fits"/> false, or after an overflow, removes it and returns false.
    /// </summary>
    internal bool TryEnd(int slot, bool fits)
    {
        var start = _slots[slot].Start;
        if (fits && !_text.Overflowed)
        {
            _slots[slot].Length = _text.Length - start;
            return true;
        }

        _text.CutTo(start);
        return false;
    }

    void Compact()
    {
        var old = _text.Written.ToArray();
        _text.CutTo(0);
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            var (start, length) = _slots[slot];
            _slots[slot].Start = _text.Length;
            _text.Add(old.AsSpan(start, length));
        }
    }
}
