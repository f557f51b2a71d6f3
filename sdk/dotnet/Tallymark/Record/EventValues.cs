// SPDX-License-Identifier: MIT
namespace Tallymark.Record;

/// <summary>
/// The values of one event while a program sets them: each becomes text at once. Made when an event first takes values,
/// so an event that begins while telemetry is off costs nothing of it. Reused with its event. Not thread-safe.
/// </summary>
sealed class EventValues(EventDefinition shape, SdkEnvironment environment) : SpoolLineSource(shape)
{
    /// <summary>Twice the length of a line, since a value may be set again. Bytes.</summary>
    internal const int MaxBytes = 32_768;

    readonly LineBuffer _text = new(MaxBytes);

    // Where each slot's text is. Two arrays: one of pairs would be two more types for each short run to load.
    readonly int[] _starts = new int[shape.Fields.Length];
    readonly int[] _lengths = new int[shape.Fields.Length];
    long _beganTimestamp;

    internal override bool AddValue(LineBuffer line, int slot, BuiltInFields builtIn, Installation installation)
    {
        var kind = Shape.Fields[slot].Kind;
        if (kind == FieldKind.OwnDuration)
            return Values.Duration(line, environment.Since(_beganTimestamp));
        if (kind > FieldKind.OwnDuration)
            return builtIn.Add(line, kind, installation);
        line.Add(_text.Slice(_starts[slot], _lengths[slot]));
        return _lengths[slot] > 0;
    }

    /// <summary>Clears all values; time and duration count from here.</summary>
    internal void Restart()
    {
        Began = environment.Now;
        _beganTimestamp = environment.Timestamp;
        _text.CutTo(0);
        Array.Clear(_lengths);
    }

    internal bool HasValue(int slot) => _lengths[slot] > 0;

    internal void Clear(int slot) => _lengths[slot] = 0;

    /// <summary>
    /// Begins the value of a slot that is clear: add its text to the result, then call <see cref="TryEnd"/>. A value
    /// that is set again leaves its old text in the buffer; old text is removed when the buffer is half full.
    /// </summary>
    internal LineBuffer Begin(int slot)
    {
        if (_text.Length > MaxBytes / 2 || _text.Overflowed)
            Compact();
        _starts[slot] = _text.Length;
        return _text;
    }

    /// <summary>
    /// Keeps the value; with <paramref name="fits"/> false, or after an overflow, removes it and returns false.
    /// </summary>
    internal bool TryEnd(int slot, bool fits)
    {
        var start = _starts[slot];
        if (fits && !_text.Overflowed)
        {
            _lengths[slot] = _text.Length - start;
            return true;
        }

        _text.CutTo(start);
        return false;
    }

    void Compact()
    {
        var old = _text.Written.ToArray();
        _text.CutTo(0);
        for (var slot = 0; slot < _starts.Length; slot++)
        {
            var start = _starts[slot];
            _starts[slot] = _text.Length;
            _text.Add(old.AsSpan(start, _lengths[slot]));
        }
    }
}
