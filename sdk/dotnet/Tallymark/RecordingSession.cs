// SPDX-License-Identifier: MIT
namespace Tallymark;

/// <summary>
/// Everything that belongs to one installation, recipient and agreement. The gate replaces it as a whole when one of
/// them changes, so nothing of the old one can remain in use. Not thread-safe: the client calls it under its lock.
/// </summary>
/// <param name="tool">The tool, with its present recipient.</param>
/// <param name="state">The state folder; null if the user has no home, and in a tool's own tests.</param>
/// <param name="agreement">The content of the receipt.</param>
/// <param name="environment">The machine.</param>
sealed class RecordingSession(
    ToolDefinition tool, StateFolder? state, Agreement agreement, SdkEnvironment environment)
{
    // A short run pays for each of these, so each is made when the first event needs it.
    Installation? _installation;
    BuiltInFields? _builtIn;
    SpoolFile? _spool;
    bool _noted;

    internal StateFolder? State => state;

    /// <summary>
    /// The scope that the user has agreed to. Set to unusable if the receipt or the secret cannot be kept.
    /// </summary>
    internal Agreement Agreement { get; set; } = agreement;

    /// <summary>The uploader's files; null before the gate was open, and in a tool's own tests.</summary>
    internal UploadWatch? Uploads { get; private set; }

    /// <summary>The fields that the SDK fills. Their values stay the same in one session.</summary>
    internal BuiltInFields BuiltIn
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _builtIn ??= new BuiltInFields(tool, environment);
    }

    /// <summary>Why the recipient's side stops recording, as a clause; null: it does not.</summary>
    internal string? ReasonOfRecipient => Uploads?.Recipient?.Reason(_installation);

    /// <summary>
    /// True if the recipient's settings may have changed since the last call. At most two small reads a minute.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool HaveSettingsChanged(DateTime began)
    {
        if (environment.Capture is not null)
            return false;
        Uploads ??= new UploadWatch(tool, state!, environment, began);
        return Uploads.HasChanged();
    }

    /// <summary>
    /// Reads this installation's secret, or makes it; null if it cannot be kept, or the user has not agreed.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read or written.</exception>
    internal Installation? OpenInstallation()
    {
        if (environment.Capture is not null)
            _installation ??= new Installation(tool.Tool, new byte[Installation.SecretLength]);
        else if (_installation is null && Agreement.Allows)
        {
            _installation = Installation.Open(state!, tool.Tool, environment, tool.Rotation);
            if (_installation is null)
                Agreement = new Agreement(NoticeState.Unusable);
        }

        return _installation;
    }

    /// <summary>True if the period of this installation's id is over (<c>identity: rotate</c>).</summary>
    internal bool IsPeriodOver =>
        _installation is { } installation && installation.Ends != default && environment.Now >= installation.Ends;

    /// <summary>
    /// Writes a whole line to the spool file, or to the test's recorder. False if it could not be written.
    /// </summary>
    internal bool TryWrite(LineBuffer line)
    {
        if (environment.Capture is { } capture)
        {
            capture.Recorded(line.Written);
            return true;
        }

        if (_spool is { IsFull: true })
        {
            CloseSpool();
            Uploads!.NoteFullFile();
        }

        _spool ??= SpoolFile.Create(state!.Spool, _installation!.Period);
        return _spool.TryWrite(line.Written);
    }

    /// <summary>
    /// Records in <c>due</c>, once, that this process writes events. Call it before the first one is written: an event
    /// that no uploader knows of is neither sent nor dropped, and stays on the disk.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    internal void NoteRecorded()
    {
        if (_noted || environment.Capture is not null)
            return;
        if (Uploads!.Due is null)
            DueFile.Write(state!.Due, DueFile.First(environment.Now, _installation!), failures: 0);
        DueFile.AddDot(state!.Due);
        _noted = true;
    }

    /// <summary>Closes the spool file, so that an uploader can take it; the next event makes another.</summary>
    internal void CloseSpool()
    {
        _spool?.Dispose();
        _spool = null;
    }
}
