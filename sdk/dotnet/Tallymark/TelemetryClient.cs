// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Text;

namespace Tallymark;

/// <summary>
/// Records the events of one run into this user's spool. Generated code wraps it. <see cref="RecordingGate"/> decides
/// what may be recorded, <see cref="RecordingSession"/> holds the files. Thread-safe; no member throws, waits for the
/// network or writes to standard output.
/// </summary>
public sealed partial class TelemetryClient : IDisposable
{
    /// <summary>How much of a run the show option keeps in memory. Bytes.</summary>
    const int MaxShownBytes = 4 * 1024 * 1024;

    // Set once.
    readonly ToolDefinition _declared;
    readonly LineBuffer? _shown;

    // Not a Lock: a process that uses no Lock yet would load and compile some ten methods and types for it.
#pragma warning disable MA0158
    readonly object _sync = new();
#pragma warning restore MA0158

    // Under _sync. A run that is off pays for nothing that only a recording run needs: that is made when it is needed.
    readonly RecordingGate _gate;
    LineBuffer? _line;
    EventPool? _pool;
    Type? _recorder;
    int _recorded;
    bool _ended;

    // Under _sync: the events that have begun and not ended, as a list through the events themselves, so that it needs
    // no memory. Bounded: an event that its program never ends would stay in it.
    const int MaxOpen = 100;
    TelemetryEvent? _open;
    int _openCount;
    bool _watchesExit;

    // The run that the process's one lasting handler ends. Nearly every process has one run; each further one has a
    // handler of its own, and removing that is what costs: a short run would prepare six methods for it. Made with
    // `new`, since for a plain method group the compiler would emit a cache class, one more type to load.
    static TelemetryClient? _ofProcess;
    static int _handlerAdded;

    TelemetryClient(ToolDefinition tool, string[] args, SdkEnvironment environment)
    {
        _declared = tool;
        SdkEnvironment = environment;
        _gate = new RecordingGate(tool, Has(args, tool.Option), environment);
        _shown = Has(args, tool.ShowOption) ? MakeShown() : null;
    }

    /// <summary>The tool, with the recipient of the policy if there is one.</summary>
    internal ToolDefinition Tool => _gate.Tool;

    /// <inheritdoc cref="RecordingGate.Generation"/>
    internal int Generation => _gate.Generation;

    internal SdkEnvironment SdkEnvironment { get; }

    /// <summary>Values that did not fit their type, and events that could not be written.</summary>
    internal int Dropped { get; private set; }

    /// <summary>
    /// True if an event that ended now would be recorded. Checks variables and files each time (some microseconds),
    /// since a switch takes effect at once. The first time it is true, it makes this installation's id if there is
    /// none; if no id can be kept, nothing is recorded.
    /// </summary>
    public bool IsOn
    {
        get
        {
            lock (_sync)
                return !_ended && _gate.IsOpen() && _gate.RecipientAllows() && _gate.HasInstallation();
        }
    }

    /// <summary>
    /// For <c>channel: page</c>: the text that the page has to show now, with the changes first; null if there is
    /// nothing to show, because the user has seen it or telemetry is off. Cost: as <see cref="IsOn"/>.
    /// </summary>
    public string? NoticeToShow
    {
        get
        {
            lock (_sync)
                return MayShowPage() ? _gate.AskNotice().TextFor(Tool) : null;
        }
    }

    /// <summary>
    /// Begins a run. If the notice belongs on the terminal and the user has not seen it, it is shown now, on standard
    /// error, and this run records nothing; not if the first argument that is no option is <c>telemetry</c>. Never
    /// throws.
    /// </summary>
    /// <param name="tool">The manifest's answers.</param>
    /// <param name="args">The command line, to find the options that switch off or show.</param>
    public static TelemetryClient Start(ToolDefinition tool, string[] args) =>
        Start(tool, args, SdkEnvironment.Current);

    internal static TelemetryClient Start(ToolDefinition tool, string[] args, SdkEnvironment environment)
    {
        var client = new TelemetryClient(tool, args, environment);
        environment.Capture?.Began(client, tool);
        lock (client._sync)
            client.Begin(AsksAboutTelemetry(args));
        return client;
    }

    /// <summary>
    /// Ends the run: closes the spool file, shows what was recorded if the show option was given, and starts the
    /// uploader as a separate process if an upload is due. Does not wait for it.
    /// </summary>
    public void Dispose()
    {
        lock (_sync)
        {
            if (_ended)
                return;
            _ended = true;
            if (_watchesExit && Interlocked.CompareExchange(ref _ofProcess, null, this) != this)
                StopWatchingExit();
            try
            {
                if (_gate.Session is not null)
                    CloseSpool();
                if (_shown is not null)
                    ShowLines();
                if (_recorder is not null)
                    EndUploads(_recorder);
            }
            catch (Exception e)
            {
                SelfLog.Report("The run could not be ended.", e);
            }
        }
    }

    /// <summary>
    /// For <c>channel: page</c>: a person has seen the text of <see cref="NoticeToShow"/>. It holds from the next event
    /// on. Without effect if the page is not a channel. Never throws.
    /// </summary>
    public void NoticeShown()
    {
        lock (_sync)
        {
            if (MayShowPage())
                _gate.KeepPageReceipt();
        }
    }

    /// <summary>
    /// For generated code: begins an ended event of that shape again; null if there is none to reuse.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public TelemetryEvent? Again(EventDefinition shape)
    {
        var found = Volatile.Read(ref _pool)?.Take(shape);
        found?.Begin();
        return found;
    }

    /// <summary>The most that a web page may do now. Cost: as <see cref="IsOn"/>. Never throws.</summary>
    internal PageAccess AskPage()
    {
        lock (_sync)
        {
            try
            {
                if (!_gate.AskConsent().On)
                    return PageAccess.Off;
                if (_ended)
                    return PageAccess.Unavailable;
                if (!_gate.AskNotice().Allows)
                    return _gate.NeedsPageNotice() ? PageAccess.NotSeen : PageAccess.Off;
                if (!_gate.IsOpen())
                    return PageAccess.Off;
                if (_gate.RecipientAllows())
                    return PageAccess.On;
                return _gate.Session!.Uploads?.Recipient?.UnreachableSince is null
                    ? PageAccess.Off
                    : PageAccess.Unreachable;
            }
            catch (Exception e)
            {
                SelfLog.Report("It could not be determined whether a web page may record.", e);
                return PageAccess.Off;
            }
        }
    }

    /// <summary>
    /// The notice for a page, with the changes first if the server's user has seen an earlier one. Never throws.
    /// </summary>
    /// <param name="text">The manifest's notice for pages.</param>
    internal string PageNotice(string text)
    {
        lock (_sync)
        {
            var whole = Tool.NoticeFrom(text);
            return MayShowPage() ? _gate.AskNotice().TextFor(Tool, whole) : whole;
        }
    }

    /// <inheritdoc cref="RecordingGate.MayOpen"/>
    internal bool TakesEvents()
    {
        lock (_sync)
            return !_ended && _gate.MayOpen();
    }

    /// <summary>
    /// The event takes values from now on: it is recorded at the end of the process at the latest. A program that calls
    /// Environment.Exit, or returns from Main in the middle of an event, never ends its events itself.
    /// </summary>
    internal void Follow(TelemetryEvent begun)
    {
        lock (_sync)
        {
            if (_openCount == MaxOpen || _ended)
                return;
            if (!_watchesExit)
            {
                _watchesExit = true;
                if (Interlocked.CompareExchange(ref _ofProcess, this, null) is not null)
                    AppDomain.CurrentDomain.ProcessExit += EndWithProcess;
                else if (Interlocked.Exchange(ref _handlerAdded, 1) == 0)
                    AppDomain.CurrentDomain.ProcessExit += new EventHandler(EndOfProcess);
            }

            (begun.Next, begun.Previous, begun.IsFollowed) = (_open, null, true);
            if (_open is not null)
                _open.Previous = begun;
            _open = begun;
            _openCount++;
        }
    }

    /// <summary>
    /// Writes an event of the tool if it may be recorded now, then keeps the object for reuse. Never throws.
    /// </summary>
    internal void Record(TelemetryEvent ended)
    {
        lock (_sync)
            Forget(ended);
        if (Record(ended.Finish(), ended.Generation, ended.GetType(), out _))
            _pool?.Give(ended);
    }

    /// <summary>
    /// Writes the event of any source if it may be recorded now: every source passes through the same gate, spool file
    /// and limits. Never throws: this is the edge of the stage.
    /// </summary>
    /// <param name="source">The event.</param>
    /// <param name="generation">The client's <see cref="Generation"/> when the event began.</param>
    /// <param name="recorder">A type of the assembly that holds the manifest.</param>
    /// <param name="failed">
    /// True if a file could not be written, for example because the disk is full: the same event may be recorded later.
    /// Only valid if the gate is open.
    /// </param>
    /// <returns>False if the gate is closed. True also if the event was left out or could not be written.</returns>
    internal bool Record(SpoolLineSource source, int generation, Type recorder, out bool failed)
    {
        lock (_sync)
        {
            // Until the line is written or left out: whatever throws, it is not there.
            failed = true;
            try
            {
                if (_ended || !_gate.IsOpen() || generation != Generation
                    || _gate.OpenInstallation() is not { } installation)
                    return false;
                _recorder ??= recorder;
                var session = _gate.Session!;
                if (_gate.RecipientAllows() && _gate.Scope.Of(source.Shape) is { } scope)
                    Write(source, scope, session, installation, out failed);
                else
                    failed = false;
                if (session.Uploads is not null && session.Uploads.IsTime(_recorder))
                    Upload(session);
            }
            catch (Exception e)
            {
                Dropped++;
                SelfLog.Report("An event could not be recorded.", e);
            }

            if (_recorded > 1 && _pool is null)
                Volatile.Write(ref _pool, new EventPool());
            return true;
        }
    }

    /// <summary>A digest under this installation's secret; null if there is none.</summary>
    internal byte[]? Digest(string value, bool toolSalt)
    {
        lock (_sync)
            return _gate.AskConsent().On ? _gate.OpenInstallation()?.Digest(value, toolSalt) : null;
    }

    internal void CountDropped()
    {
        lock (_sync)
            Dropped++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Forget(TelemetryEvent ended)
    {
        if (!ended.IsFollowed)
            return;
        if (ended.Previous is null)
            _open = ended.Next;
        else
            ended.Previous.Next = ended.Next;
        if (ended.Next is not null)
            ended.Next.Previous = ended.Previous;
        (ended.Next, ended.Previous, ended.IsFollowed) = (null, null, false);
        _openCount--;
    }

    // Each turn ends a run, which gives up the place.
    static void EndOfProcess(object? sender, EventArgs args)
    {
        while (Volatile.Read(ref _ofProcess) is { } run)
            run.EndWithProcess(sender, args);
    }

    // Runs on the thread that ends the process, while others still run. The list ends, because each turn takes one out.
    void EndWithProcess(object? sender, EventArgs args)
    {
        while (true)
        {
            TelemetryEvent? open;
            lock (_sync)
            {
                open = _open;
                if (open is not null)
                    Forget(open);
            }

            if (open is null)
                break;
            try
            {
                open.EndWithProcess(Environment.ExitCode);
            }
            catch (Exception e)
            {
                SelfLog.Report("An event could not be ended with its process.", e);
            }
        }

        Dispose();
    }

    static LineBuffer MakeShown() => new(MaxShownBytes);

    // Not Array.IndexOf: it asks a comparer, which a short run would make for nothing else.
    static bool Has(string[]? args, string? option)
    {
        if (option is null || args is null)
            return false;
        foreach (var arg in args)
        {
            if (arg == option)
                return true;
        }

        return false;
    }

    // The first word that is no option. Who asks for `telemetry off` must not have to read the notice first.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool AsksAboutTelemetry(string[]? args)
    {
        if (args is null)
            return false;
        foreach (var arg in args)
        {
            if (arg.Length > 0 && arg[0] != '-')
                return arg == "telemetry";
        }

        return false;
    }

    void Begin(bool asksAboutTelemetry)
    {
        try
        {
            var consent = _gate.AskConsent();
            if (consent.ErasesUnsentData)
                UnsentData.Erase(_declared, SdkEnvironment);
            else if (consent.On && !asksAboutTelemetry && _gate.AskNotice().NeedsNotice)
                _gate.ShowNotice();
        }
        catch (Exception e)
        {
            SelfLog.Report(
                "The run could not be begun completely. If unsent data was to be erased, the next run tries again.", e);
        }
    }

    bool MayShowPage()
    {
        try
        {
            return !_ended && _gate.AskConsent().On && _gate.NeedsPageNotice();
        }
        catch (Exception e)
        {
            SelfLog.Report("Whether the notice must be shown could not be determined.", e);
            return false;
        }
    }

    // failed is a parameter and not the result, since it must be right also if this throws.
    void Write(
        SpoolLineSource source, EventScope scope, RecordingSession session, Installation installation, out bool failed)
    {
        failed = false;
        var line = _line ??= new LineBuffer(SpoolLine.MaxBytes);
        line.CutTo(0);
        SpoolLine.Write(line, source, Tool, _gate.Scope, scope, session.BuiltIn, installation);
        failed = !line.Overflowed;
        if (line.Overflowed)
        {
            Dropped++;
            return;
        }

        session.NoteRecorded();
        if (!session.TryWrite(line))
        {
            Dropped++;
            return;
        }

        failed = false;
        _shown?.Add(line.Written);
        _recorded++;
    }

    // This upload also takes what this process has written, so its spool file is closed first.
    static void Upload(RecordingSession session)
    {
        session.CloseSpool();
        session.Uploads!.Start();
    }

    void StopWatchingExit() => AppDomain.CurrentDomain.ProcessExit -= EndWithProcess;

    // Methods of their own: the JIT would load the session's types for Dispose, also in a run that is off.
    void CloseSpool() => _gate.Session?.CloseSpool();

    void EndUploads(Type recorder) => _gate.Session?.Uploads?.End(recorder);

    void ShowLines()
    {
        if (_recorded > 0)
        {
            SdkEnvironment.Say(Encoding.UTF8.GetString(_shown!.Written));
            if (_shown.Overflowed)
                SdkEnvironment.Say("telemetry: more events were recorded than can be shown.\n");
            return;
        }

        SdkEnvironment.Say("telemetry: nothing was recorded, because " + WhyNothing() + ".\n");
    }

    string WhyNothing()
    {
        var consent = _gate.AskConsent();
        var notice = _gate.AskNotice();
        var session = _gate.Session!;
        if (!consent.On)
            return "telemetry is off (" + consent.Reason + ")";
        if (!notice.Allows && notice.State != NoticeState.Unusable)
            return NoticeReasons.Text(notice.State, Tool);
        if (session.ReasonOfRecipient is { } stopped)
            return stopped;
        if (RecordPath.WhyNot(session.State, Tool, SdkEnvironment) is { } failure)
            return "no event can be written: " + failure;
        if (!notice.Allows)
            return NoticeReasons.Text(notice.State, Tool);
        if (Dropped > 0)
            return "the event could not be written";
        return session.Uploads?.Recipient?.Settings.Rules.Count > 0
            ? "no event ended that the collector's settings allow"
            : "no event ended";
    }
}
