// SPDX-License-Identifier: MIT
using System.Collections.ObjectModel;
using System.Text;
using Tallymark.Scopes;

namespace Tallymark.Testing;

/// <summary>
/// Records what a tool's runs would record for a user who has agreed, and compares it with the manifest. A run (the
/// generated <c>Start(args)</c>) that begins in the flow of the test, or in a task or thread that the test starts, goes
/// to the test's recorder. Nothing touches disk or network. Thread-safe; recorders of tests that run at the same time
/// do not mix. Disposing it ends the recording; the recorded events stay readable.
/// </summary>
/// <remarks>
/// Consent is decided as on a clean machine: the option on the command line and the variables that the test passes
/// switch telemetry off as for a user; the machine's own variables, policy and saved choice do not. A build without
/// telemetry records nothing. A run that began before the recorder, or in another process, is not seen.
/// </remarks>
public sealed class TelemetryRecorder : IDisposable
{
    static readonly AsyncLocal<TelemetryRecorder?> Here = new();

    readonly SdkEnvironment _environment;
    readonly TelemetryRecorder? _before;
    readonly Lock _gate = new();
    readonly List<RecordedEvent> _events = [];
    readonly List<(TelemetryClient Client, ToolDefinition Tool)> _runs = [];

    static TelemetryRecorder() => SdkEnvironment.OfTests = () => Here.Value?._environment;

    TelemetryRecorder(IReadOnlyDictionary<string, string> variables)
    {
        _before = Here.Value;
        _environment = new SdkEnvironment
        {
            Capture = new Sink(this),
            Variables = name => variables.GetValueOrDefault(name),
            ProgramFolder = Path.GetTempPath(),
            PolicyFile = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
        };
    }

    /// <summary>The events recorded until now, in the order in which they ended; a copy.</summary>
    public ReadOnlyCollection<RecordedEvent> Events
    {
        get
        {
            lock (_gate)
                return new([.. _events]);
        }
    }

    /// <summary>Starts to record the runs that begin from now on in the flow of the calling test.</summary>
    /// <param name="variables">The environment variables that the tool's telemetry sees. Default: none.</param>
    public static TelemetryRecorder Start(IReadOnlyDictionary<string, string>? variables = null)
    {
        var recorder = new TelemetryRecorder(variables ?? ReadOnlyDictionary<string, string>.Empty);
        Here.Value = recorder;
        return recorder;
    }

    /// <summary>
    /// Asserts that the manifest covers what was recorded: every event and field is declared, no value of an
    /// <c>enum</c> or <c>enum-set</c> was outside its list (and recorded as <c>other</c>), and no value was dropped
    /// because it does not fit its type.
    /// </summary>
    /// <param name="mayBeOther">Fields that may be <c>other</c>, as <c>field</c> or <c>event.field</c>.</param>
    /// <exception cref="TelemetryAssertionException">Something is not covered; the message lists it.</exception>
    public void AssertCovered(params string[] mayBeOther)
    {
        ArgumentNullException.ThrowIfNull(mayBeOther);
        var events = Events;
        var declared = Declared();
        var wrong = events.SelectMany(e => Uncovered(e, declared, mayBeOther))
            .Distinct(StringComparer.Ordinal).ToList();
        if (Dropped() is > 0 and var dropped)
            wrong.Add(dropped + " values or events were dropped, because they do not fit their types");
        Throw("The manifest does not cover these recordings:", wrong);
    }

    /// <summary>
    /// Asserts that everything the manifest declares was recorded at least once, by this recorder or one of the others:
    /// each event, and each field that the program fills in. So a manifest never asks users for more than the tool
    /// uses.
    /// </summary>
    /// <param name="others">Recorders of other tests of the same tool.</param>
    /// <exception cref="TelemetryAssertionException">Something was never recorded; the message lists it.</exception>
    public void AssertAllRecorded(params TelemetryRecorder[] others)
    {
        ArgumentNullException.ThrowIfNull(others);
        TelemetryRecorder[] all = [this, .. others];
        var seen = all.SelectMany(r => r.Events).ToList();
        if (all.SelectMany(r => r.Declared()).FirstOrDefault() is not { } declared)
            throw new TelemetryAssertionException(
                "No tool with telemetry was started while the recorder was active.");
        var missing = declared.Events.Where(name => !seen.Exists(e => e.Name == name))
            .Select(name => "the event " + name)
            .Concat(declared.Fields
                .Where(f => !f.IsBuiltIn() && seen.Exists(e => e.Name == f.Event)
                    && !seen.Exists(e => e.Name == f.Event && e.FieldNames.Contains(f.Name, StringComparer.Ordinal)))
                .Select(f => "the field " + f.Event + "." + f.Name));
        Throw("The manifest declares these, but they were never recorded:", [.. missing]);
    }

    /// <summary>Ends the recording. An earlier recorder in this flow, if any, continues.</summary>
    public void Dispose()
    {
        if (Here.Value == this)
            Here.Value = _before;
    }

    static IEnumerable<string> Uncovered(RecordedEvent recorded, List<ScopeText> declared, string[] mayBeOther)
    {
        if (declared.Find(d => d.HasEvent(recorded.Name)) is not { } scope)
        {
            yield return "the event " + recorded.Name + " is not declared";
            yield break;
        }

        foreach (var name in recorded.FieldNames)
        {
            var full = recorded.Name + "." + name;
            if (scope.Field(recorded.Name, name) is not { } field)
                yield return "the field " + full + " is not declared";
            else if (field.IsListed() && recorded.ValuesOf(name).Contains("other", StringComparer.Ordinal)
                && !mayBeOther.Contains(name, StringComparer.Ordinal)
                && !mayBeOther.Contains(full, StringComparer.Ordinal))
                yield return "the field " + full + " had a value that is not in its list; it was recorded as `other`";
            else if (field.IsListed() && recorded.ValuesOf(name).Except(field.Values ?? [], StringComparer.Ordinal)
                .FirstOrDefault(v => v != "other") is { } unlisted)
                yield return "the field " + full + " had the value `" + unlisted + "`, which is not in its list";
        }
    }

    static void Throw(string what, IReadOnlyCollection<string> list)
    {
        if (list.Count > 0)
            throw new TelemetryAssertionException(what + string.Concat(list.Select(one => "\n- " + one)));
    }

    List<ScopeText> Declared()
    {
        lock (_gate)
            return [.. _runs.Select(r => r.Tool.Scope).Distinct(StringComparer.Ordinal)
                .Select(text => ScopeText.Parse(text) ?? throw new InvalidOperationException(
                    "The tool was generated by a different version of Tallymark. Use the same version of Tallymark "
                    + "and Tallymark.Testing."))];
    }

    // Outside this lock: the client calls the recorder under its own.
    int Dropped()
    {
        List<TelemetryClient> clients;
        lock (_gate)
            clients = [.. _runs.Select(r => r.Client)];
        return clients.Sum(c => c.Dropped);
    }

    sealed class Sink(TelemetryRecorder recorder) : ICapture
    {
        public void Began(TelemetryClient client, ToolDefinition tool)
        {
            lock (recorder._gate)
                recorder._runs.Add((client, tool));
        }

        public void Recorded(ReadOnlySpan<byte> line)
        {
            var recorded = new RecordedEvent(Encoding.UTF8.GetString(line[..^1]));
            lock (recorder._gate)
                recorder._events.Add(recorded);
        }
    }
}
