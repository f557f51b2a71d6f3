// SPDX-License-Identifier: MIT
using System.Reflection;

namespace Tallymark.Upload;

/// <summary>
/// The files that the uploader writes for recording processes, read again once a minute; and the decision whether this
/// process must start an uploader. Belongs to one installation and recipient. Cost of a check: two small reads once a
/// minute; in between only the clock, and no memory. Not thread-safe: the client calls it under its lock. Never throws.
/// </summary>
sealed class UploadWatch(ToolDefinition tool, StateFolder state, SdkEnvironment environment, DateTime began)
{
    // Numbers instead of TimeSpan, fields instead of properties: each method more costs a short run.
    const long ReadAgainTicks = TimeSpan.TicksPerMinute;

    /// <summary>
    /// For this long a program that can start itself again leaves the upload to its end, which usually comes sooner.
    /// </summary>
    const long LongRunTicks = TimeSpan.TicksPerHour;

    /// <summary>
    /// So many full spool files (4 MiB) of this process make an upload due, and are a reason to apply the limits: a
    /// busy server must not fill the disk until the time comes.
    /// </summary>
    internal const int FullFilesUntilDue = 16;

    /// <summary>When an upload is due, as of the last read; null: there is no valid file.</summary>
    internal DueFile? Due;

    /// <summary>The recording that the recipient allows, as of the last read; null: everything.</summary>
    internal RecipientState? Recipient;

    BackgroundUpload? _background;
    bool? _startsItself;
    bool? _handsOver;
    bool _read;
    long _readAt;
    int _fullFiles;

    /// <summary>Reads the files if it is time. True if <see cref="Recipient"/> may have changed.</summary>
    internal bool HasChanged()
    {
        var ended = _background is not null && _background.TakeEnded();
        if (_read && !ended && environment.Since(_readAt).Ticks < ReadAgainTicks)
            return false;
        (_read, _readAt) = (true, environment.Timestamp);
        var before = Recipient;
        try
        {
            Due = DueFile.Read(state.Due, environment.Now);
            Recipient = RecipientState.ForRecording(state, tool, Due);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SelfLog.Report("The uploader's files could not be read.", e);
            (Due, Recipient) = (null, null);
        }

        return !ReferenceEquals(before, Recipient);
    }

    /// <summary>The process has closed a full spool file.</summary>
    internal void NoteFullFile() => _fullFiles++;

    /// <summary>
    /// True if this process must upload now; it then closes its spool file and calls <see cref="Start"/>.
    /// </summary>
    internal bool IsTime(Type recorder)
    {
        var now = environment.Now;
        return !IsEarly(now) && IsTime(recorder, now);
    }

    // True in nearly all short runs, which then check nothing else.
    bool IsEarly(DateTime now) =>
        _background is null && _fullFiles < FullFilesUntilDue && now.Ticks < began.Ticks + LongRunTicks
        && Due is { } due && !due.IsDue(now);

    // The module initializer calls UploaderProcess.RunIfAsked only if the manifest is in the program's own assembly.
    bool StartsItself(Type recorder) =>
        _startsItself ??= tool.Executable && recorder.Assembly == Assembly.GetEntryAssembly();

    bool HandsOver(Type recorder) => _handsOver ??= LibraryUploader.CanStart(recorder, environment);

    BackgroundUpload MakeBackground(Type recorder, DateTime now) =>
        new(tool, state, environment, now) { IsHandedOver = HandsOver(recorder) };

    bool IsTime(Type recorder, DateTime now)
    {
        var full = _fullFiles >= FullFilesUntilDue;
        if (_background is null)
        {
            var waitsForItsEnd = !full && StartsItself(recorder) && now.Ticks < began.Ticks + LongRunTicks;
            if (waitsForItsEnd || !environment.UploadsInBackground)
                return false;
            _background = MakeBackground(recorder, now);
        }

        if (!_background.IsDue(now, full))
            return false;

        // Also if the claim fails: the next try costs file access, so it must not come with the next event.
        _fullFiles = 0;
        return _background.TryClaim(now, full);
    }

    /// <summary>After <see cref="IsTime(Type)"/>: starts the upload on a background thread.</summary>
    internal void Start() => _background!.Start();

    /// <summary>
    /// The run has ended and its spool file is closed: starts an uploader if one is due, or if a background upload
    /// would be cut off. Does not wait for it.
    /// </summary>
    internal void End(Type recorder)
    {
        var now = environment.Now;
        if (!IsEarly(now))
            End(recorder, now);
    }

    void End(Type recorder, DateTime now)
    {
        if (StartsItself(recorder))
        {
            if (Due is { } due)
                UploaderProcess.StartIfDue(tool, state, due, environment);
        }
        else if (HandsOver(recorder))
        {
            _background ??= MakeBackground(recorder, now);
            if (_background.TryHandOver(now) || _background.TryClaim(now))
                LibraryUploader.Start(recorder, tool, state, environment);
        }
        else if (IsTime(recorder, now))
            Start();
    }
}
