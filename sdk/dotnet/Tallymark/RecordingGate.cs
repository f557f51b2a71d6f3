// SPDX-License-Identifier: MIT
namespace Tallymark;

/// <summary>
/// Decides whether anything may be recorded now, and how much of it. An event is recorded only if 1. consent is given,
/// 2. the user has seen the notice, 3. the recipient's settings and its share do not exclude this installation, and 4.
/// the user's secret can be kept. Each check reads variables and looks for changed files again, because a switch takes
/// effect at once: some microseconds, no memory. Not thread-safe: the client calls it under its lock.
/// </summary>
/// <param name="declared">The manifest's own definition.</param>
/// <param name="optionGiven">True if the command line has the option that switches off one run.</param>
/// <param name="environment">The machine.</param>
sealed class RecordingGate(ToolDefinition declared, bool optionGiven, SdkEnvironment environment)
{
    readonly ConsentWatch _consent = new(declared, optionGiven, environment);
    Choice? _choice;
    RecordingScope? _scope;
    DateTime? _began;
    bool _asked;
    bool _wasOpen;

    /// <summary>The tool, with the recipient of the policy if there is one.</summary>
    internal ToolDefinition Tool { get; private set; } = declared;

    /// <summary>Incremented when the installation id (and so every digest) may have changed.</summary>
    internal int Generation { get; private set; }

    /// <summary>
    /// The state under the present agreement; null until the receipt was checked. A run that is off never makes one.
    /// </summary>
    internal RecordingSession? Session { get; private set; }

    /// <summary>Of what is agreed to, the part that may be recorded now. Valid after <see cref="IsOpen"/>.</summary>
    internal RecordingScope Scope => _scope!;

    /// <summary>
    /// True if consent is given and the notice was seen. Never throws: an event asks in its constructor.
    /// </summary>
    internal bool IsOpen()
    {
        try
        {
            _wasOpen = AskConsent().On && AskNotice().Allows;
            if (_wasOpen && Session!.IsPeriodOver)
            {
                EndSession();
                _wasOpen = AskNotice().Allows;
            }

            if (_wasOpen)
                Prepare();
        }
        catch (Exception e)
        {
            SelfLog.Report("Consent could not be determined, so nothing is recorded.", e);
            _wasOpen = false;
        }

        return _wasOpen;
    }

    /// <summary>
    /// True if an event that begins now may be recorded at its end. If the gate was open at the last check, this
    /// re-checks only the first place of the user's saved choice: it decides to which generation the event belongs. The
    /// end of the event checks everything, and does not record an event of an earlier generation.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool MayOpen() =>
        (_wasOpen && Session is { IsPeriodOver: false } && !_consent.ChoiceHasChanged()) || IsOpen();

    /// <summary>
    /// True if the recipient's settings, its share and its reachability allow recording. Call it after
    /// <see cref="IsOpen"/>. The secret decides about a share, so it is made only if there is a share.
    /// </summary>
    internal bool RecipientAllows()
    {
        try
        {
            return Session!.Uploads?.Recipient is not { } recipient || recipient.Allows(
                recipient.Settings.Share == RemoteSettings.WholeShare ? null : Session.OpenInstallation());
        }
        catch (Exception e)
        {
            SelfLog.Report("The installation's secret could not be read.", e);
            return false;
        }
    }

    /// <summary>True if the secret is there or could be made. Call it after <see cref="IsOpen"/>.</summary>
    internal bool HasInstallation()
    {
        try
        {
            return Session!.OpenInstallation() is not null;
        }
        catch (Exception e)
        {
            SelfLog.Report("The installation's secret could not be kept.", e);
            return false;
        }
    }

    /// <summary>This installation's secret; null if it cannot be kept, or the user has not agreed.</summary>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read or written.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Installation? OpenInstallation() => AskNotice().Allows ? Session!.OpenInstallation() : null;

    /// <summary>Asks for consent; ends the session if the recipient or the user's choice has changed.</summary>
    internal ConsentDecision AskConsent()
    {
        var decision = _consent.Ask();
        if (environment.Capture is not null && decision.Source == ConsentSource.Default)
            decision = decision with { On = true };
        if (!_asked && !decision.On && !decision.ErasesUnsentData)
            return decision;
        var (tool, choice) = (_consent.Tool, _consent.Choice);
        if (_asked && tool == Tool && choice == _choice && !decision.ErasesUnsentData)
            return decision;
        var ends = _asked && (decision.ErasesUnsentData || tool != Tool || choice.SaveId != _choice!.SaveId);
        (_asked, Tool, _choice, _scope) = (true, tool, choice, null);
        if (ends)
            EndSession();
        return decision;
    }

    /// <summary>The agreement of the session; begins a session if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Agreement AskNotice() => (Session ??= BeginSession()).Agreement;

    /// <summary>Shows the notice where a channel allows it, and keeps the receipt. Never throws.</summary>
    internal void ShowNotice()
    {
        if ((Tool.Channels & NoticeChannels.Documentation) != NoticeChannels.None)
            KeepReceipt(NoticeChannels.Documentation, _ => { });
        else if ((Tool.Channels & NoticeChannels.Terminal) != NoticeChannels.None && environment.IsTerminal(2))
        {
            if (KeepReceipt(NoticeChannels.Terminal, environment.Say))
                Session = new RecordingSession(Tool, null, new Agreement(NoticeState.ShownNow), environment);
        }
    }

    /// <summary>
    /// True if a page has to show the notice: no person has seen it, or only the terminal of this run, which would then
    /// record nothing until it ends. Call it after <see cref="AskConsent"/>.
    /// </summary>
    internal bool NeedsPageNotice() => (Tool.Channels & NoticeChannels.Page) != NoticeChannels.None
        && AskNotice() is { NeedsNotice: true } or { State: NoticeState.ShownNow };

    /// <summary>
    /// A person has seen the notice on a page. It holds from the next event on, also in a run that has shown the notice
    /// on its terminal. Never throws.
    /// </summary>
    internal void KeepPageReceipt()
    {
        if (Session!.Agreement.State == NoticeState.ShownNow)
            Session = null;
        if (AskNotice().NeedsNotice)
            KeepReceipt(NoticeChannels.Page, _ => { });
    }

    // Writes the receipt and ends the session, so that the next check reads that receipt. False if the receipt could
    // not be kept; then this run records nothing. Never throws.
    bool KeepReceipt(NoticeChannels channel, Action<string> show)
    {
        try
        {
            var refusal = RefusalMark.Standing(Tool, environment, _choice ?? Choice.None);
            Receipt.Show(Tool, Session!.State!, channel, environment.Now, refusal, show);
            EndSession();
            return true;
        }
        catch (Exception e)
        {
            SelfLog.Report("The notice could not be shown.", e);
            Session!.Agreement = new Agreement(NoticeState.Unusable);
            return false;
        }
    }

    // A method of its own: the JIT resolves everything a method references before running it, and most runs that are
    // off never get here.
    void Prepare()
    {
        var session = Session!;
        if (session.HaveSettingsChanged(_began ??= environment.Now))
            _scope = null;
        _scope ??= new RecordingScope(
            Tool, session.Agreement, _choice!.Withheld, session.Uploads?.Recipient?.Settings);
    }

    RecordingSession BeginSession()
    {
        _scope = null;
        if (environment.Capture is not null)
            return new RecordingSession(Tool, null, new Agreement(NoticeState.Agreed, Tool.ScopeId), environment);
        StateFolder? state = null;
        try
        {
            state = StateFolder.Of(Tool, environment);
            return new RecordingSession(Tool, state, Receipt.Check(Tool, state, _choice ?? Choice.None), environment);
        }
        catch (Exception e)
        {
            SelfLog.Report("The receipt could not be read.", e);
            return new RecordingSession(Tool, state, new Agreement(NoticeState.Unusable), environment);
        }
    }

    // The session's files belong to an installation that may be gone, or to another recipient. A run that has shown the
    // notice keeps its session: it records nothing until it ends.
    void EndSession()
    {
        Generation++;
        if (Session is not { Agreement.State: not NoticeState.ShownNow } session)
            return;
        session.CloseSpool();
        Session = null;
    }
}
