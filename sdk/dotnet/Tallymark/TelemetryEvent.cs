// SPDX-License-Identifier: MIT
using System.ComponentModel;

namespace Tallymark;

/// <summary>
/// One event from its beginning to its end. Generated code derives from it. A value that its type does not allow
/// becomes <c>other</c> or is left out; no member throws. An event that is never disposed is recorded when the process
/// ends in an orderly way, as <c>failure</c> if the exit code is not 0, else as <c>unknown</c>. Not thread-safe. Do not
/// use the object after its end: it may then be another event of the same kind.
/// </summary>
public abstract class TelemetryEvent : IDisposable
{
    // Null if generated code made the object without its constructor, because it does not fit this SDK
    // (docs/adr/0034-two-versions-of-the-sdk.md). Such an event ignores everything.
    readonly TelemetryClient? _client;

    // Made when the event first takes values: an event that begins while telemetry is off needs none.
    EventValues _values = null!;
    Verdict _verdict;
    int _ended;

    /// <summary>
    /// Begins the event; its time and its duration count from here. An event that begins while telemetry is off ignores
    /// its values, so that they cost nothing; for an event that begins while it is on, consent is checked again at its
    /// end. Without a client, the event ignores everything.
    /// </summary>
    protected TelemetryEvent(TelemetryClient client, EventDefinition shape)
    {
        _client = client;
        Shape = shape;
        Begin();
    }

    internal EventDefinition Shape { get; }

    // The client's list of open events; under its lock.
    internal TelemetryEvent? Next;
    internal TelemetryEvent? Previous;
    internal bool IsFollowed;

    /// <summary>The values so far; null if the event takes none, because it began while telemetry was off.</summary>
    internal EventValues? CurrentValues => Volatile.Read(ref _ended) == 0 ? _values : null;

    /// <summary>The client's generation when the event began; the event is not recorded in another.</summary>
    internal int Generation { get; private set; }

    enum Verdict : byte
    {
        Unknown,
        Success,
        Failure,
    }

    /// <summary>
    /// The event succeeded. A later call of this method or <see cref="Fail"/> replaces an earlier one.
    /// </summary>
    public void Succeed() => _verdict = Verdict.Success;

    /// <summary>
    /// The event failed. A later call of this method or <see cref="Succeed"/> replaces an earlier one.
    /// </summary>
    public void Fail() => _verdict = Verdict.Failure;

    /// <summary>For generated code: success, unless the program has said success or failure already.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void Complete()
    {
        if (_verdict == Verdict.Unknown)
            Succeed();
    }

    /// <summary>
    /// For generated code: the event ends with an unhandled exception. The event failed; if the manifest declares a
    /// stack and the program has not set one, it is set from this exception.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void Crash(Exception crash)
    {
        Fail();
        if (Volatile.Read(ref _ended) != 0 || _client is null)
            return;
        for (var slot = 0; slot < Shape.Fields.Length; slot++)
        {
            if (Shape.Fields[slot].Kind == FieldKind.Stack && !_values.HasValue(slot))
                SetStack(slot, crash);
        }
    }

    /// <summary>
    /// Ends the event and records it, once. Its status is <c>unknown</c> unless the program has said.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
            _client?.Record(this);
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// The process ends before the event: it failed if the exit code says so and the program has not said otherwise.
    /// </summary>
    internal void EndWithProcess(int exitCode)
    {
        if (exitCode != 0 && _verdict == Verdict.Unknown)
            Fail();
        Dispose();
    }

    /// <summary>Sets a <c>boolean</c>; null clears it.</summary>
    protected void SetBoolean(int slot, bool? value) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.Boolean(to, value!.Value) : null);

    /// <summary>Sets a <c>count</c> from 0 to 2^53, in buckets unless they are empty; null clears it.</summary>
    protected void SetCount(int slot, long? value, ReadOnlySpan<long> buckets) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.Count(to, value!.Value, buckets) : null);

    /// <summary>Sets a size in bytes, from 0 to 2^62, rounded up to a power of two; null clears it.</summary>
    protected void SetBytes(int slot, long? value) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.Bytes(to, value!.Value) : null);

    /// <summary>Sets a duration that the program measured, truncated to whole milliseconds; null clears it.</summary>
    protected void SetDuration(int slot, TimeSpan? value) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.Duration(to, value!.Value) : null);

    /// <summary>Sets an exit code from 0 to 255; null clears it.</summary>
    protected void SetExitCode(int slot, int? value) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.ExitCode(to, value!.Value) : null);

    /// <summary>
    /// Sets a version: up to four numbers that are not an IP address, then optionally a label of the list and a number;
    /// null clears it.
    /// </summary>
    protected void SetVersion(int slot, string? value, ReadOnlySpan<byte> labels) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.GivenVersion(to, value, labels) : null);

    /// <summary>
    /// Sets the value at that index of the list; -1 and any index outside it: <c>other</c>; -2 clears it.
    /// </summary>
    protected void SetEnum(int slot, int index, ReadOnlySpan<byte> values) =>
        End(slot, Begin(slot, index != -2) is { } to ? Values.Enum(to, index, values) : null);

    /// <summary>Sets a value of the list, given as text; any other text: <c>other</c>; null clears it.</summary>
    protected void SetListed(int slot, string? value, ReadOnlySpan<byte> values) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.Listed(to, value, values) : null);

    /// <summary>
    /// Sets a set of values of the list; all values outside it together become one <c>other</c>; null clears it. A
    /// sequence of more than 20,000 items is left out.
    /// </summary>
    protected void SetSet(int slot, IEnumerable<string>? value, ReadOnlySpan<byte> values)
    {
        if (Volatile.Read(ref _ended) != 0)
            return;

        // Read into a separate buffer: the sequence is the program's code, it may throw or even set another field.
        var text = new LineBuffer(EventValues.MaxBytes / 2);
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
    /// Sets the scheme of a URI (or a scheme of the list itself): one of the list, <c>custom_scheme</c> or <c>none</c>;
    /// null clears it. A drive letter is not a scheme.
    /// </summary>
    protected void SetUriScheme(int slot, string? value, ReadOnlySpan<byte> values) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.UriScheme(to, value, values) : null);

    /// <summary>Sets a digest of the value, computed now; the value itself is not kept; null clears it.</summary>
    protected void SetDigest(int slot, string? value)
    {
        if (Begin(slot, value is not null) is not { } to)
            return;
        try
        {
            var hash = _client!.Digest(value!, Shape.Fields[slot].ToolSalt);
            End(slot, hash is null ? null : Values.Hash(to, hash));
        }
        catch (Exception e)
        {
            SelfLog.Report("A digest could not be computed.", e);
            End(slot, fits: false);
        }
    }

    /// <summary>Sets an identifier that the program generated; null clears it.</summary>
    protected void SetRandomId(int slot, Guid? value) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.RandomId(to, value!.Value) : null);

    /// <summary>Sets an identifier that the program generated, zero or more; null clears it.</summary>
    protected void SetRandomId(int slot, long? value) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.RandomId(to, value!.Value) : null);

    /// <summary>
    /// Sets an identifier that the program generated: a UUID or 1 to 19 digits; any other text is left out; null clears
    /// it.
    /// </summary>
    protected void SetRandomId(int slot, string? value) =>
        End(slot, Begin(slot, value is not null) is { } to ? Values.RandomId(to, value) : null);

    /// <summary>
    /// Sets the frames of the tool's own methods in an exception's stack; null clears it. Cost: milliseconds.
    /// </summary>
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
        if (_client is null)
        {
            _ended = 1;
            return;
        }

        var takes = _client.TakesEvents();
        Generation = _client.Generation;
        if (takes)
            RestartValues();
        Volatile.Write(ref _ended, takes ? 0 : 1);

        // Only now: the end of the process on another thread ends the events that are followed.
        if (takes)
            _client.Follow(this);
    }

    /// <summary>The values, with the status. Only for an event that took values.</summary>
    internal EventValues Finish()
    {
        _values.Status = _verdict == Verdict.Success ? "success" : _verdict == Verdict.Failure ? "failure" : "unknown";
        return _values;
    }

    // A method of its own, so that an event that begins while telemetry is off does not load the type.
    void RestartValues()
    {
        _values ??= new EventValues(Shape, _client!.SdkEnvironment);
        _values.Restart();
    }

    // Clears the slot; null if no value is given, or after the end of the event.
    LineBuffer? Begin(int slot, bool given)
    {
        if (Volatile.Read(ref _ended) != 0)
            return null;
        _values.Clear(slot);
        return given ? _values.Begin(slot) : null;
    }

    // Null: no value was given.
    void End(int slot, bool? fits)
    {
        if (fits is not null && !_values.TryEnd(slot, fits.Value))
            _client!.CountDropped();
    }
}
