// SPDX-License-Identifier: MIT
// One run of a tool, as telemetry sees it: whether it may record, and the way of a line to the spool.

using System.ComponentModel;
using System.Text;

namespace Tallymark;

/// <summary>
/// Records the events of one run into this user's spool. Generated code wraps it. Safe for all threads; no member throws,
/// waits for the network or writes to standard output.
/// </summary>
public sealed class TelemetryClient : IDisposable
{
    /// <summary>The longest line, with its LF (spec/spool.md).</summary>
    internal const int LongestLine = 16_384;

    /// <summary>How much of a run the show option keeps in memory.</summary>
    const int MostShown = 4 * 1024 * 1024;

    // Set once.
    readonly ConsentWatch _consent;
    readonly ToolDefinition _declared;
    readonly LineBuffer? _shown;

    // Under _gate. What only a recording run needs is made when it does: who is off pays for nothing of it. It is no Lock,
    // for which a process that uses none yet makes ready some ten methods and types.
#pragma warning disable MA0158
    readonly object _gate = new();
#pragma warning restore MA0158
    LineBuffer? _line;
    BuiltInFields? _own;
    EventPool? _pool;
    ToolDefinition _tool;
    Choice? _choice;
    Agreement? _agreement;
    RecordingScope? _scope;
    DateTime? _began;
    bool _asked;
    bool _wasOn;
    bool _noted;
    StateFolder? _state;
    Installation? _installation;
    SpoolFile? _spool;
    UploadWatch? _uploads;
    Type? _recorder;
    int _recorded;
    bool _ended;

    TelemetryClient(ToolDefinition tool, string[] args, SdkEnvironment surroundings)
    {
        _declared = _tool = tool;
        SdkEnvironment = surroundings;
        _consent = new ConsentWatch(tool, Has(args, tool.Option), surroundings);
        _shown = Has(args, tool.ShowOption) ? MakeShown() : null;
    }

    /// <summary>The tool, with the recipient of the policy where there is one.</summary>
    internal ToolDefinition Tool => _tool;

    /// <summary>Another number whenever the installation, and with it every digest, may have become another.</summary>
    internal int Life { get; private set; }

    internal SdkEnvironment SdkEnvironment { get; }

    /// <summary>Values that did not fit their type, and events that could not be written.</summary>
    internal int Dropped { get; private set; }

    /// <summary>
    /// True if an event that ended now would be recorded. Looks at variables and files each time (some microseconds), since
    /// a switch takes effect at once. The first time it is true it makes this installation's id, if there is none: where none can be
    /// kept nothing is recorded.
    /// </summary>
    public bool IsOn
    {
        get
        {
            lock (_gate)
                return !_ended && MayRecord() && RecipientLets() && HasInstallation();
        }
    }

    /// <summary>
    /// For <c>channel: page</c>: the text that the page has to show now, with what is new first; null while there is nothing to
    /// show, because it was seen or telemetry is off. Costs what <see cref="IsOn"/> costs.
    /// </summary>
    public string? NoticeToShow
    {
        get
        {
            lock (_gate)
                return MayShowPage() ? AskNotice().TextFor(Tool) : null;
        }
    }

    /// <summary>
    /// Begins a run. Where the notice belongs on the terminal and was not seen yet it is shown now, on standard error, and
    /// this run records nothing. Never throws.
    /// </summary>
    /// <param name="tool">The manifest's answers.</param>
    /// <param name="args">The command line, to see the options that switch off or show.</param>
    public static TelemetryClient Start(ToolDefinition tool, string[] args) => Start(tool, args, SdkEnvironment.Current);

    internal static TelemetryClient Start(ToolDefinition tool, string[] args, SdkEnvironment surroundings)
    {
        var client = new TelemetryClient(tool, args, surroundings);
        surroundings.Capture?.Began(client, tool);
        lock (client._gate)
            client.Begin();
        return client;
    }

    /// <summary>
    /// Ends the run: closes the spool file, shows what was recorded if the show option was given, and starts an uploader
    /// of its own where one is due. Does not wait for it.
    /// </summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_ended)
                return;
            _ended = true;
            try
            {
                _spool?.Dispose();
                if (_shown is not null)
                    ShowLines();
                if (_recorder is not null)
                    _uploads?.End(_recorder);
            }
            catch (Exception e)
            {
                SelfLog.Report("The run could not be ended.", e);
            }
        }
    }

    /// <summary>
    /// For <c>channel: page</c>: a person has seen the text of <see cref="NoticeToShow"/>; from the next event on it counts.
    /// Without effect on another channel. Never throws.
    /// </summary>
    public void NoticeShown()
    {
        lock (_gate)
        {
            if (MayShowPage())
                KeepReceipt(_ => { }, after: null);
        }
    }

    /// <summary>For generated code: an ended event of that shape, begun anew; null where there is none to use again.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public TelemetryEvent? Again(EventDefinition shape)
    {
        var found = Volatile.Read(ref _pool)?.Take(shape);
        found?.Begin();
        return found;
    }

    /// <summary>
    /// True if an event that begins now may be recorded at its end. Of what was on a moment ago only the user's choice is looked
    /// at, since the event belongs to the life that this begins; all else is asked at the end.
    /// </summary>
    internal bool TakesEvents()
    {
        lock (_gate)
            return !_ended && ((_wasOn && !_consent.ChoiceIsAnother()) || MayRecord());
    }

    /// <summary>Writes one event, if it may be recorded now. The edge of the stage: nothing is thrown past it.</summary>
    internal void Record(TelemetryEvent ended)
    {
        lock (_gate)
        {
            try
            {
                if (_ended || !MayRecord() || ended.Life != Life || OpenInstallation() is not { } installation)
                    return;
                _recorder ??= ended.GetType();
                if ((_uploads?.Side is null || RecipientLets()) && _scope!.Of(ended.Shape) is { } permit)
                    Write(ended, permit, installation);
                if (_uploads is not null && _uploads.IsTime(_recorder))
                    Upload(_uploads);
            }
            catch (Exception e)
            {
                Dropped++;
                SelfLog.Report("An event could not be recorded.", e);
            }

            if (_recorded > 1 && _pool is null)
                Volatile.Write(ref _pool, new EventPool());
        }

        _pool?.Give(ended);
    }

    /// <summary>A digest under this installation's secret; null where there is none.</summary>
    internal byte[]? Digest(string value, bool toolSalt)
    {
        lock (_gate)
            return AskConsent().On ? OpenInstallation()?.Digest(value, toolSalt) : null;
    }

    internal void CountDropped()
    {
        lock (_gate)
            Dropped++;
    }

    static LineBuffer MakeShown() => new(MostShown);

    // By hand: Array.IndexOf asks a comparer that a short run makes for nothing else.
    static bool Has(string[]? args, string? option)
    {
        if (option is null || args is null)
            return false;
        foreach (var one in args)
        {
            if (one == option)
                return true;
        }

        return false;
    }

    void Begin()
    {
        try
        {
            var consent = AskConsent();
            if (consent.Wipes)
                Wipe.Run(_declared, SdkEnvironment);
            else if (consent.On && AskNotice().Asks)
                ShowNotice();
        }
        catch (Exception e)
        {
            SelfLog.Report("The run could not be begun as it should; if something was to be removed, the next run tries again.", e);
        }
    }

    // Never throws: an event asks in its constructor.
    bool MayRecord()
    {
        try
        {
            _wasOn = AskConsent().On && AskNotice().Allows;
            if (_wasOn)
                Prepare();
        }
        catch (Exception e)
        {
            SelfLog.Report("Whether anything may be recorded could not be found out, so nothing is.", e);
            _wasOn = false;
        }

        return _wasOn;
    }

    // Apart: what a method names is made ready before it is entered, and most runs that are off never come here.
    void Prepare()
    {
        if (SdkEnvironment.Capture is null)
            _uploads ??= new UploadWatch(Tool, _state!, SdkEnvironment, _began ??= SdkEnvironment.Now);
        if (_uploads is not null && _uploads.HasChanged())
            _scope = null;
        _scope ??= new RecordingScope(Tool, AskNotice(), _choice!.Withheld, _uploads?.Side?.Settings);
    }

    bool MayShowPage()
    {
        try
        {
            return Tool.Channel == NoticeChannel.Page && !_ended && AskConsent().On && AskNotice().Asks;
        }
        catch (Exception e)
        {
            SelfLog.Report("Whether the notice is to be shown could not be found out.", e);
            return false;
        }
    }

    // After MayRecord. The secret says whether this installation is in a share, so it is made only where there is one.
    bool RecipientLets()
    {
        try
        {
            return _uploads?.Side is not { } side
                || side.Lets(side.Settings.Share == RemoteSettings.WholeShare ? null : OpenInstallation());
        }
        catch (Exception e)
        {
            SelfLog.Report("The installation's secret could not be read.", e);
            return false;
        }
    }

    // After MayRecord.
    bool HasInstallation()
    {
        try
        {
            return OpenInstallation() is not null;
        }
        catch (Exception e)
        {
            SelfLog.Report("The installation's secret could not be kept.", e);
            return false;
        }
    }

    ConsentDecision AskConsent()
    {
        var decision = _consent.Ask();
        if (SdkEnvironment.Capture is not null && decision.Source == ConsentSource.Default)
            decision = decision with { On = true };
        if (!_asked && !decision.On && !decision.Wipes)
            return decision;
        var (tool, choice) = (_consent.Tool, _consent.Choice);
        if (_asked && tool == _tool && choice == _choice && !decision.Wipes)
            return decision;
        var anew = _asked && (decision.Wipes || tool != _tool || choice.Saved != _choice!.Saved);
        (_asked, _tool, _choice, _scope) = (true, tool, choice, null);
        if (anew)
            BeginAnew();
        return decision;
    }

    // What was opened belongs to an installation that may be gone, or to another recipient.
    void BeginAnew()
    {
        Life++;
        _spool?.Dispose();
        _spool = null;
        _installation = null;
        _uploads = null;
        _noted = false;
        _own = null;
        if (_agreement is not { State: NoticeState.ShownNow })
            _agreement = null;
    }

    Agreement AskNotice()
    {
        if (_agreement is not null)
            return _agreement;
        _scope = null;
        if (SdkEnvironment.Capture is not null)
            return _agreement = new Agreement(NoticeState.Agreed, Tool.ScopeId);
        try
        {
            _state = StateFolder.Of(Tool, SdkEnvironment);
            _agreement = Receipt.Check(Tool, _state);
        }
        catch (Exception e)
        {
            SelfLog.Report("The receipt could not be read.", e);
            _agreement = new Agreement(NoticeState.Unusable);
        }

        return _agreement;
    }

    void ShowNotice()
    {
        if (Tool.Channel == NoticeChannel.Documentation)
            KeepReceipt(_ => { }, after: null);
        else if (Tool.Channel == NoticeChannel.Terminal && SdkEnvironment.IsTerminal(2))
            KeepReceipt(SdkEnvironment.Say, new Agreement(NoticeState.ShownNow));
    }

    // Afterwards the receipt is looked at anew, or nothing is recorded in this run.
    void KeepReceipt(Action<string> show, Agreement? after)
    {
        try
        {
            Receipt.Show(Tool, _state!, SdkEnvironment.Now, show);
            BeginAnew();
            _agreement = after;
        }
        catch (Exception e)
        {
            SelfLog.Report("The notice could not be shown.", e);
            _agreement = new Agreement(NoticeState.Unusable);
        }
    }

    Installation? OpenInstallation()
    {
        if (SdkEnvironment.Capture is not null)
            _installation ??= new Installation(Tool.Tool, new byte[Installation.SecretLength]);
        else if (_installation is null && AskNotice().Allows)
        {
            _installation = Installation.Open(_state!, Tool.Tool, SdkEnvironment.Time);
            if (_installation is null)
                _agreement = new Agreement(NoticeState.Unusable);
        }

        return _installation;
    }

    void Write(TelemetryEvent ended, EventScope permit, Installation installation)
    {
        var line = _line ??= new LineBuffer(LongestLine);
        line.CutTo(0);
        ended.WriteLine(line, _scope!, permit, _own ??= new BuiltInFields(_declared, SdkEnvironment), installation);
        if (line.Overflowed || !Write(line))
            Dropped++;
        else
            Note(line, installation);
    }

    bool Write(LineBuffer line)
    {
        if (SdkEnvironment.Capture is { } capture)
        {
            capture.Recorded(line.Written);
            return true;
        }

        if (_spool is { IsFull: true })
        {
            _spool.Dispose();
            _spool = null;
        }

        _spool ??= SpoolFile.Create(_state!.Spool);
        return _spool.TryWrite(line.Written);
    }

    void Note(LineBuffer line, Installation installation)
    {
        _shown?.Add(line.Written);
        _recorded++;
        if (_noted || SdkEnvironment.Capture is not null)
            return;
        _noted = true;
        if (_uploads!.Due is null)
            DueFile.Write(_state!.Due, DueFile.First(SdkEnvironment.Now, installation), failures: 0);
        DueFile.AddDot(_state!.Due);
    }

    // What this process has written is to go too, so its file is closed first; the next event makes another.
    void Upload(UploadWatch uploads)
    {
        _spool?.Dispose();
        _spool = null;
        uploads.Start();
    }

    void ShowLines()
    {
        if (_recorded > 0)
        {
            SdkEnvironment.Say(Encoding.UTF8.GetString(_shown!.Written));
            if (_shown.Overflowed)
                SdkEnvironment.Say("telemetry: more was recorded than can be shown.\n");
        }
        else
        {
            var consent = AskConsent();
            var notice = AskNotice();
            var reason = !consent.On ? "of " + consent.Reason
                : !notice.Allows ? NoticeReasons.Text(notice.State, Tool)
                : _uploads?.Side?.Reason(_installation) is { } stopped ? stopped
                : Dropped > 0 ? "the event could not be written"
                : _uploads?.Side?.Settings.Rules.Count > 0 ? "no event ended that the recipient's settings let be recorded" : "no event ended";
            SdkEnvironment.Say("telemetry: nothing was recorded, because " + reason + ".\n");
        }
    }
}
