// SPDX-License-Identifier: MIT
// One event while it happens: each value becomes text as it is set, the line is put together at the end.

using System.ComponentModel;

namespace Tallymark;

/// <summary>
/// One event from its beginning to its end. Generated code derives from it. A value that its type does not allow becomes
/// <c>other</c> or is left out; nothing is ever thrown. One that is never disposed is not recorded. Not thread safe. After
/// its end it must not be used: the object may by then be another event of the same kind.
/// </summary>
public abstract class TelemetryEvent : IDisposable
{
    /// <summary>Room for values while they are set: twice what a line can take, since a value may be set again.</summary>
    const int MostValues = 32_768;

    readonly TelemetryClient _client;

    // Made when the event first takes values: one that begins while telemetry is off needs none.
    LineBuffer _values = null!;
    (int Start, int Length)[] _slots = null!;
    DateTime _began;
    long _beganTicks;
    Verdict _verdict;
    int _ended;

    /// <summary>
    /// Begins the event; its time and its duration count from here. One that begins while telemetry is off takes no
    /// values, so that they cost nothing; one that begins while it is on is asked about again at its end.
    /// </summary>
    protected TelemetryEvent(TelemetryClient client, EventDefinition shape)
    {
        _client = client;
        Shape = shape;
        Begin();
    }

    internal EventDefinition Shape { get; }

    /// <summary>The life of the installation in which it began; it is not recorded into another.</summary>
    internal int Life { get; private set; }

    enum Verdict : byte
    {
        Unknown,
        Success,
        Failure,
    }

    /// <summary>The event ends well. A later verdict replaces an earlier one.</summary>
    public void Succeed() => _verdict = Verdict.Success;

    /// <summary>The event ends badly. A later verdict replaces an earlier one.</summary>
    public void Fail() => _verdict = Verdict.Failure;

    /// <summary>For generated code: success, unless there is a verdict already.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void Complete()
    {
        if (_verdict == Verdict.Unknown)
            Succeed();
    }

    /// <summary>
    /// For generated code: the event ends with an exception that it did not handle. It failed, and where the manifest asks
    /// for a stack that the program has not set, it is this one's.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void Crash(Exception crash)
    {
        Fail();
        if (Volatile.Read(ref _ended) != 0)
            return;
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            if (Shape.Fields[slot].Kind == FieldKind.Stack && _slots[slot].Length == 0)
                SetStack(slot, crash);
        }
    }

    /// <summary>Ends the event and records it, once. Without a verdict its status is <c>unknown</c>.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
            _client.Record(this);
        GC.SuppressFinalize(this);
    }

    /// <summary>Sets a <c>boolean</c>; null clears it.</summary>
    protected void SetBoolean(int slot, bool? value) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.Boolean(to, value!.Value) : null);

    /// <summary>Sets a <c>count</c> from 0 to 2^53, in buckets unless they are empty; null clears it.</summary>
    protected void SetCount(int slot, long? value, ReadOnlySpan<long> buckets) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.Count(to, value!.Value, buckets) : null);

    /// <summary>Sets a size in bytes, from 0 to 2^62, of which the next power of two is kept; null clears it.</summary>
    protected void SetBytes(int slot, long? value) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.Bytes(to, value!.Value) : null);

    /// <summary>Sets a duration that the program measured, of which whole milliseconds are kept; null clears it.</summary>
    protected void SetDuration(int slot, TimeSpan? value) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.Duration(to, value!.Value) : null);

    /// <summary>Sets an exit code from 0 to 255; null clears it.</summary>
    protected void SetExitCode(int slot, int? value) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.ExitCode(to, value!.Value) : null);

    /// <summary>Sets a version: up to four numbers that are no address, maybe a label of the list and a number; null clears it.</summary>
    protected void SetVersion(int slot, string? value, ReadOnlySpan<byte> labels) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.GivenVersion(to, value, labels) : null);

    /// <summary>Sets the value with that number in the list; -1 and every unknown number: <c>other</c>; -2 clears it.</summary>
    protected void SetEnum(int slot, int index, ReadOnlySpan<byte> values) =>
        End(slot, Begin(slot, index != -2) is { } to ? Values.Enum(to, index, values) : null);

    /// <summary>Sets a value of the list, given as text; any other text: <c>other</c>; null clears it.</summary>
    protected void SetListed(int slot, string? value, ReadOnlySpan<byte> values) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.Listed(to, value, values) : null);

    /// <summary>
    /// Sets a set of values of the list; all others together are one <c>other</c>; null clears it. More than 20,000 items
    /// are not a set: it is left out.
    /// </summary>
    protected void SetSet(int slot, IEnumerable<string>? value, ReadOnlySpan<byte> values)
    {
        if (Volatile.Read(ref _ended) != 0)
            return;

        // Read into a buffer of its own: the sequence is the program's, it may throw or even set another field.
        var text = new LineBuffer(MostValues / 2);
        var fits = false;
        try
        {
            fits = value is null || Values.Set(text, value, values);
        }
        catch (Exception e)
        {
            SelfLog.Report("A set could not be read.", e);
        }

        if (Begin(slot, value is not null) is not { } to)
            return;
        to.Add(text.Written);
        End(slot, fits && !text.Overflowed);
    }

    /// <summary>
    /// Sets the scheme of an address (or a scheme of the list itself): one of the list, <c>custom_scheme</c> or
    /// <c>none</c>; null clears it. A drive letter is no scheme.
    /// </summary>
    protected void SetUriScheme(int slot, string? value, ReadOnlySpan<byte> values) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.UriScheme(to, value, values) : null);

    /// <summary>Sets a digest of the value, made now; the value itself is not kept; null clears it.</summary>
    protected void SetDigest(int slot, string? value)
    {
        if (Begin(slot, value is not null) is not { } to)
            return;
        try
        {
            var hash = _client.Digest(value!, Shape.Fields[slot].ToolSalt);
            End(slot, hash is null ? null : Values.Hash(to, hash));
        }
        catch (Exception e)
        {
            SelfLog.Report("A digest could not be made.", e);
            End(slot, fits: false);
        }
    }

    /// <summary>Sets an identifier that the program made; null clears it.</summary>
    protected void SetRandomId(int slot, Guid? value) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.RandomId(to, value!.Value) : null);

    /// <summary>Sets an identifier that the program made, zero or more; null clears it.</summary>
    protected void SetRandomId(int slot, long? value) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.RandomId(to, value!.Value) : null);

    /// <summary>Sets an identifier that the program made: a UUID or 1 to 19 digits; any other is left out; null clears it.</summary>
    protected void SetRandomId(int slot, string? value) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.RandomId(to, value) : null);

    /// <summary>Sets the frames of the tool's own methods in an exception's stack; null clears it. Costs milliseconds.</summary>
    protected void SetStack(int slot, Exception? value)
    {
        if (Begin(slot, value is not null) is not { } to)
            return;
        try
        {
            End(slot, StackFrames.Add(to, value!, GetType().Assembly));
        }
        catch (Exception e)
        {
            SelfLog.Report("A stack could not be read.", e);
            End(slot, fits: false);
        }
    }

    /// <summary>Begins the event, for the first time or, after its end, as another one.</summary>
    internal void Begin()
    {
        _verdict = Verdict.Unknown;
        var takes = _client.TakesEvents();
        Life = _client.Life;
        if (takes)
        {
            _began = _client.SdkEnvironment.Now;
            _beganTicks = _client.SdkEnvironment.Timestamp;
            _values ??= new LineBuffer(MostValues);
            _values.CutTo(0);
            _slots ??= new (int, int)[Shape.Fields.Length];
            Array.Clear(_slots);
        }

        Volatile.Write(ref _ended, takes ? 0 : 1);
    }

    /// <summary>The whole line with its LF (spec/spool.md). The client calls it under its lock.</summary>
    internal void WriteLine(LineBuffer line, RecordingScope all, EventScope permit, BuiltInFields own, Installation installation)
    {
        var status = _verdict == Verdict.Success ? "success" : _verdict == Verdict.Failure ? "failure" : "unknown";
        WriteHead(line, _client.Tool, all, permit, _began, status);
        var first = true;
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            if (!permit.Allows(slot) || Shape.Fields[slot].IsOver(_began))
                continue;
            var before = line.Length;
            if (!first)
                line.Add((byte)',');
            line.AddQuoted(Shape.Fields[slot].Name);
            line.Add((byte)':');
            var start = line.Length;
            if (AddValue(line, slot, own, installation))
            {
                first = false;
                if (permit.ValuesOf(slot) is { } agreed && !line.Overflowed)
                    Narrowing.Apply(line, start, Shape.Fields[slot].Kind, agreed);
            }
            else if (!line.Overflowed)
                line.CutTo(before);
        }

        line.Add("}}\n"u8);
    }

    /// <summary>The line of any event up to the first of its fields.</summary>
    internal static void WriteHead(
        LineBuffer line, ToolDefinition tool, RecordingScope all, EventScope permit, DateTime began, string status)
    {
        line.Add("{\"tallymark\":1,\"tool\":"u8);
        line.AddQuoted(tool.Tool);
        line.Add(",\"manifest\":"u8);
        line.AddNumber(tool.Manifest);
        line.Add(",\"agreed\":"u8);
        line.AddQuoted(all.Agreed);
        line.Add(",\"event\":"u8);
        line.AddQuoted(permit.Shape.Name);
        line.Add(",\"time\":\""u8);
        Values.Time(line, began, all.Time);
        line.Add("\",\"status\":"u8);
        line.AddQuoted(status);
        if (permit.NamesLeftOut)
            AddWithheld(line, permit);
        line.Add(",\"fields\":{"u8);
    }

    static void AddWithheld(LineBuffer line, EventScope permit)
    {
        line.Add(",\"withheld\":["u8);
        var any = false;
        for (var slot = 0; slot < permit.Shape.Fields.Length; slot++)
        {
            if (!permit.Marked(slot))
                continue;
            if (any)
                line.Add((byte)',');
            line.AddQuoted(permit.Shape.Fields[slot].Name);
            any = true;
        }

        line.Add((byte)']');
    }

    bool AddValue(LineBuffer line, int slot, BuiltInFields own, Installation installation)
    {
        var kind = Shape.Fields[slot].Kind;
        if (kind == FieldKind.OwnDuration)
            return Values.Duration(line, _client.SdkEnvironment.Since(_beganTicks));
        if (kind > FieldKind.OwnDuration)
            return own.Add(line, kind, installation);
        var (start, length) = _slots[slot];
        line.Add(_values.Slice(start, length));
        return length > 0;
    }

    // Clears the slot; null if no value is given, or after the end of the event. A value that is set again leaves its old
    // text behind; when that grows, it is cleared out.
    LineBuffer? Begin(int slot, bool given)
    {
        if (Volatile.Read(ref _ended) != 0)
            return null;
        _slots[slot] = default;
        if (!given)
            return null;
        if (_values.Length > MostValues / 2 || _values.Overflowed)
            Compact();
        _slots[slot].Start = _values.Length;
        return _values;
    }

    // Null: there was nothing to set.
    void End(int slot, bool? fits)
    {
        if (fits is null)
            return;
        var start = _slots[slot].Start;
        if (fits.Value && !_values.Overflowed)
        {
            _slots[slot].Length = _values.Length - start;
            return;
        }

        _values.CutTo(start);
        _client.CountDropped();
    }

    void Compact()
    {
        var old = _values.Written.ToArray();
        _values.CutTo(0);
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            var (start, length) = _slots[slot];
            _slots[slot].Start = _values.Length;
            _values.Add(old.AsSpan(start, length));
        }
    }
}
