// SPDX-License-Identifier: MIT
// Keeps what the runs of a tool record while a test watches, and holds it against the manifest.

using System.Collections.ObjectModel;
using System.Text;

namespace Tallymark.Testing;

/// <summary>
/// Records, for a test, what a tool's runs would record for a user who has agreed. What begins (the generated
/// <c>Start(args)</c>) in the flow of the test, or in a task or thread that it starts, goes to the test's recorder; nothing touches
/// disk or network. Safe for all threads, and recorders of tests that run at the same time don't mix. Disposing it ends the
/// recording; what it has recorded stays readable.
/// </summary>
/// <remarks>
/// Consent is decided as on a clean machine: the option on the command line and the variables that the test gives switch off as for
/// a user; the machine's own variables, policy and saved choice don't. In a build without telemetry nothing is ever recorded. A run
/// that began before the recorder, or in another process, is not seen.
/// </remarks>
public sealed class TelemetryRecorder : IDisposable
{
    static readonly AsyncLocal<TelemetryRecorder?> Here = new();

    readonly SdkEnvironment _surroundings;
    readonly TelemetryRecorder? _before;
    readonly Lock _gate = new();
    readonly List<RecordedEvent> _events = [];
    readonly List<(TelemetryClient Client, ToolDefinition Tool)> _runs = [];

    static TelemetryRecorder() => SdkEnvironment.OfTests = () => Here.Value?._surroundings;

    TelemetryRecorder(IReadOnlyDictionary<string, string> variables)
    {
        _before = Here.Value;
        _surroundings = new SdkEnvironment
        {
            Capture = new Sink(this),
            Variables = name => variables.GetValueOrDefault(name),
            ProgramFolder = Path.GetTempPath(),
            PolicyFile = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
        };
    }

    /// <summary>What was recorded until now, in the order in which the events ended; a copy.</summary>
    public ReadOnlyCollection<RecordedEvent> Events
    {
        get
        {
            lock (_gate)
                return new([.. _events]);
        }
    }

    /// <summary>Begins to record what the flow of the calling test starts from now on.</summary>
    /// <param name="variables">The environment variables that the tool's telemetry sees. Default: none.</param>
    public static TelemetryRecorder Start(IReadOnlyDictionary<string, string>? variables = null)
    {
        var recorder = new TelemetryRecorder(variables ?? ReadOnlyDictionary<string, string>.Empty);
        Here.Value = recorder;
        return recorder;
    }

    /// <summary>
    /// Asserts that the manifest covers what was recorded: every event and field is declared, no value of an <c>enum</c> or
    /// <c>enum-set</c> fell outside its list (it would be recorded as <c>other</c>), and no value was dropped because its type can't
    /// carry it.
    /// </summary>
    /// <param name="mayBeOther">Fields for which <c>other</c> is what the tool expects, as <c>field</c> or <c>event.field</c>.</param>
    /// <exception cref="TelemetryAssertionException">Something is not covered; the message lists it.</exception>
    public void AssertCovered(params string[] mayBeOther)
    {
        ArgumentNullException.ThrowIfNull(mayBeOther);
        var events = Events;
        var declared = Declared();
        var wrong = events.SelectMany(e => Uncovered(e, declared, mayBeOther)).Distinct(StringComparer.Ordinal).ToList();
        if (Dropped() is > 0 and var dropped)
            wrong.Add(dropped + " values or events were dropped, since their types can't carry them");
        Throw("The manifest does not cover what was recorded:", wrong);
    }

    /// <summary>
    /// Asserts that all that the manifest declares was recorded at least once, here or by one of the others: each event, and each field
    /// that the program fills in. So a manifest never asks users for more than the tool uses.
    /// </summary>
    /// <param name="others">Recorders of other tests of the same tool.</param>
    /// <exception cref="TelemetryAssertionException">Something was never recorded; the message lists it.</exception>
    public void AssertAllRecorded(params TelemetryRecorder[] others)
    {
        ArgumentNullException.ThrowIfNull(others);
        TelemetryRecorder[] all = [this, .. others];
        var seen = all.SelectMany(r => r.Events).ToList();
        if (all.SelectMany(r => r.Declared()).FirstOrDefault() is not { } declared)
            throw new TelemetryAssertionException("No run of a tool with telemetry began while the recorder was there.");
        var missing = declared.Events.Where(name => !seen.Exists(e => e.Name == name)).Select(name => "the event " + name)
            .Concat(declared.Fields
                .Where(f => !f.FillsItself && seen.Exists(e => e.Name == f.Event)
                    && !seen.Exists(e => e.Name == f.Event && e.FieldNames.Contains(f.Name, StringComparer.Ordinal)))
                .Select(f => "the field " + f.Event + "." + f.Name));
        Throw("The manifest declares what was never recorded:", [.. missing]);
    }

    /// <summary>Ends the recording; the recorder that was there before it in this flow, if any, goes on.</summary>
    public void Dispose()
    {
        if (Here.Value == this)
            Here.Value = _before;
    }

    static IEnumerable<string> Uncovered(RecordedEvent recorded, List<DeclaredScope> declared, string[] mayBeOther)
    {
        if (declared.Find(d => d.Events.Contains(recorded.Name, StringComparer.Ordinal)) is not { } scope)
        {
            yield return "the event " + recorded.Name + " is not declared";
            yield break;
        }

        foreach (var name in recorded.FieldNames)
        {
            var full = recorded.Name + "." + name;
            if (scope.Find(recorded.Name, name) is not { } field)
                yield return "the field " + full + " is not declared";
            else if (field.IsListed && recorded.ValuesOf(name).Contains("other", StringComparer.Ordinal)
                && !mayBeOther.Contains(name, StringComparer.Ordinal) && !mayBeOther.Contains(full, StringComparer.Ordinal))
                yield return "the field " + full + " had a value outside its list, recorded as other";
            else if (field.IsListed && recorded.ValuesOf(name).Except(field.Values, StringComparer.Ordinal).FirstOrDefault(v => v != "other") is { } stranger)
                yield return "the field " + full + " carried " + stranger + ", which is not in its list";
        }
    }

    static void Throw(string what, IReadOnlyCollection<string> list)
    {
        if (list.Count > 0)
            throw new TelemetryAssertionException(what + string.Concat(list.Select(one => "\n- " + one)));
    }

    List<DeclaredScope> Declared()
    {
        lock (_gate)
            return [.. _runs.Select(r => r.Tool.Scope).Distinct(StringComparer.Ordinal).Select(text => new DeclaredScope(text))];
    }

    // Outside our lock: the client calls us under its own.
    int Dropped()
    {
        List<TelemetryClient> clients;
        lock (_gate)
            clients = [.. _runs.Select(r => r.Client)];
        return clients.Sum(c => c.Dropped);
    }

    sealed class Sink(TelemetryRecorder to) : ICapture
    {
        public void Began(TelemetryClient client, ToolDefinition tool)
        {
            lock (to._gate)
                to._runs.Add((client, tool));
        }

        public void Recorded(ReadOnlySpan<byte> line)
        {
            var recorded = new RecordedEvent(Encoding.UTF8.GetString(line[..^1]));
            lock (to._gate)
                to._events.Add(recorded);
        }
    }
}
