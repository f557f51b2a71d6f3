// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// Validates one event at a time against its manifest and appends it to the rows of its table. A protocol calls, in
/// this order: <see cref="Begin"/>, <see cref="SetTime"/>, <see cref="TrySetStatus"/>, for withheld fields <see
/// cref="FindField"/> and once <see cref="SetWithheld"/>, for each field <see cref="FindField"/> and <see
/// cref="AddField"/>, and last <see cref="Keep"/>. After the first outcome other than <see cref="EventOutcome.Kept"/>
/// it calls <see cref="Discard"/>. Not thread-safe.
/// </summary>
ref struct RowBuilder
{
    readonly DecodedBatch _batch;
    readonly ReadOnlySpan<byte> _provenance;
    readonly ReadOnlySpan<byte> _country;
    readonly DateTimeOffset _now;
    readonly long _earliest;
    readonly long _latest;

    // Of the current event.
    AllowList? _manifest;
    EventShape? _shape;
    EventRows? _rows; // null until the status is known
    long _time;
    long _received;
    bool _isDevelopment;
    int _field; // the last one that was looked for; -1: none that the event has
    bool[] _seen = []; // by field: withheld, or already there

    /// <param name="batch">Where the rows and the receipt go.</param>
    /// <param name="provenance">The protocol of foreign clients; empty: Tallymark's own protocol.</param>
    /// <param name="country">The country of the client; empty: unknown.</param>
    /// <param name="now">The time of receipt.</param>
    /// <param name="limits">How old and how far in the future an event may be.</param>
    public RowBuilder(
        DecodedBatch batch, ReadOnlySpan<byte> provenance, ReadOnlySpan<byte> country, DateTimeOffset now,
        Limits limits)
    {
        _batch = batch;
        _provenance = provenance;
        _country = country;
        _now = now;
        _earliest = EventTime.Truncate(now - limits.MaxAge, TimePrecision.Nanosecond);
        _latest = EventTime.Truncate(now + limits.MaxFuture, TimePrecision.Nanosecond);
    }

    /// <summary>Begins an event.</summary>
    public EventOutcome Begin(AllowList manifest, ReadOnlySpan<byte> name)
    {
        _manifest = manifest;
        _rows = null;
        _isDevelopment = false;
        _field = -1;
        _shape = manifest.Find(name);
        return _shape is null ? EventOutcome.UnknownEvent : EventOutcome.Kept;
    }

    /// <param name="time">Nanoseconds since 1970, not finer than the manifest's <see cref="AllowList.Time"/>.</param>
    public EventOutcome SetTime(long time)
    {
        _time = time;
        if (time > _latest)
            return EventOutcome.BadTime;
        return time < _earliest ? EventOutcome.TooOld : EventOutcome.Kept;
    }

    /// <returns>False: there is no such status.</returns>
    public bool TrySetStatus(ReadOnlySpan<byte> status)
    {
        if (!status.SequenceEqual("success"u8) && !status.SequenceEqual("failure"u8)
            && !status.SequenceEqual("unknown"u8))
        {
            return false;
        }

        var shape = _shape!;
        _received = EventTime.Truncate(_now, _manifest!.Time);
        _rows = _batch.RowsOf(shape.Table);
        _rows[Envelope.Time].Append(_time);
        _rows[Envelope.Received].Append(_received);
        _rows[Envelope.Manifest].Append(_manifest.Version);
        _rows[Envelope.Status].Append(status);
        if (!_provenance.IsEmpty)
            _rows[Envelope.Provenance].Append(_provenance);
        if (_seen.Length < shape.Names.Count)
            _seen = new bool[shape.Names.Count];
        _seen.AsSpan().Clear();
        return true;
    }

    /// <summary>Finds a field by its name and notes that the event has it, or withholds it.</summary>
    /// <returns>
    /// <see cref="EventOutcome.UnknownField"/>, or <see cref="EventOutcome.Malformed"/> if the field occurred before.
    /// </returns>
    public EventOutcome FindField(ReadOnlySpan<byte> name, out int field)
    {
        field = _field = _shape!.Names.Find(name);
        if (field < 0)
            return EventOutcome.UnknownField;
        if (_seen[field])
            return EventOutcome.Malformed;
        _seen[field] = true;
        return EventOutcome.Kept;
    }

    /// <summary>
    /// Stores the names of the fields that were found so far, in the order of their bytes, as withheld.
    /// </summary>
    public readonly void SetWithheld()
    {
        var column = _rows![Envelope.Withheld];
        for (var field = 0; field < _shape!.Names.Count; field++)
        {
            if (_seen[field])
                column.AddText(_shape.Names[field]);
        }

        column.EndSet();
    }

    /// <summary>Validates a value and appends it. A field past its <c>until</c> is validated and not stored.</summary>
    public EventOutcome AddField(int field, scoped in FieldValue value)
    {
        var index = _shape!.ColumnOf(field);
        var column = _rows![index];
        if (!_shape.RuleOf(field).TryAppend(value, column))
            return EventOutcome.BadValue;
        if (field == _shape.Environment)
            _isDevelopment = LastSetContains(column, "dev"u8);
        if (_shape.IsOver(field, _time))
            _rows.Discard(index);
        return EventOutcome.Kept;
    }

    /// <summary>Adds the country, which only the collector may say, and keeps the row.</summary>
    public readonly void Keep()
    {
        Debug.Assert(_rows is not null, "Keep follows TrySetStatus.");
        foreach (var field in _shape!.Countries)
        {
            if (!_seen[field] && !_country.IsEmpty && !_shape.IsOver(field, _time))
                _rows[_shape.ColumnOf(field)].Append(_country);
        }

        var rows = _rows;
        if (_isDevelopment)
        {
            // Known only after the last field, and rare: the row moves to the separate table.
            rows = _batch.RowsOf(_shape.Table.Development!);
            _rows.MoveTo(rows);
        }

        rows.Keep();
        _batch.Received = Math.Min(_batch.Received, _received);
    }

    /// <summary>
    /// Removes what was appended of the current event, and notes where the manifest did not allow it.
    /// </summary>
    public void Discard(EventOutcome outcome)
    {
        if (outcome is EventOutcome.UnknownEvent or EventOutcome.UnknownField or EventOutcome.BadValue)
        {
            _batch.AddPlace(new DropPlace(
                _manifest!.Version, _shape?.Table.Name ?? DropPlace.Undeclared,
                _shape is null || _field < 0 ? DropPlace.Undeclared : Encoding.UTF8.GetString(_shape.Names[_field]),
                outcome));
        }

        _rows?.Discard();
        _rows = null;
    }

    static bool LastSetContains(ColumnBuffer sets, ReadOnlySpan<byte> text)
    {
        var run = sets.Run(sets.Count - 1);
        for (var i = run.Start.Value; i < run.End.Value; i++)
        {
            if (sets.Text(i).SequenceEqual(text))
                return true;
        }

        return false;
    }
}
