// SPDX-License-Identifier: MIT
// What the uploader leaves for processes that record, looked at now and then; and when they have one to start.

using System.Reflection;

namespace Tallymark.Upload;

/// <summary>
/// Kept for one installation and recipient. A look costs two small files, once a minute; in between nothing but the clock is
/// asked, and nothing is allocated. Not thread safe, and never throws: the client calls it under its lock.
/// </summary>
sealed class UploadWatch(ToolDefinition tool, StateFolder state, SdkEnvironment surroundings, DateTime began)
{
    // Constants and fields, and few methods: each short run compiles them.
    const long LookAgain = TimeSpan.TicksPerMinute;

    /// <summary>How long a program that can start itself again leaves the upload to that: until then it may well have ended.</summary>
    const long LongRun = TimeSpan.TicksPerHour;

    /// <summary>When an upload is due, as of the last look; null: no file says it.</summary>
    internal DueFile? Due;

    /// <summary>What may be recorded, as of the last look; null: all.</summary>
    internal RecipientSide? Side;

    BackgroundUpload? _background;
    bool? _startsItself;
    bool _looked;
    long _lookedAt;

    /// <summary>Looks, if it is time for that. True if <see cref="Side"/> may be another.</summary>
    internal bool HasChanged()
    {
        var another = _background is not null && _background.TakeEnd();
        if (_looked && !another && surroundings.Since(_lookedAt).Ticks < LookAgain)
            return false;
        (_looked, _lookedAt) = (true, surroundings.Timestamp);
        var before = Side;
        try
        {
            Due = DueFile.Read(state.Due, surroundings.Now);
            Side = RecipientSide.Look(state, tool, Due);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SelfLog.Report("What the uploader left could not be read.", e);
            (Due, Side) = (null, null);
        }

        return !ReferenceEquals(before, Side);
    }

    /// <summary>True if this process is to upload now; it then closes its spool file and calls <see cref="Start"/>.</summary>
    internal bool IsTime(Type recorder)
    {
        var now = surroundings.Now;
        return !IsEarly(now) && IsTime(recorder, now);
    }

    // True in nearly all short runs, which then ask nothing else.
    bool IsEarly(DateTime now) =>
        _background is null && now.Ticks < began.Ticks + LongRun && Due is { } due && !due.IsDue(now);

    // Its module initializer leads to UploaderProcess.RunIfAsked only where the manifest is in the program's own assembly.
    bool StartsItself(Type recorder) => _startsItself ??= tool.Executable && recorder.Assembly == Assembly.GetEntryAssembly();

    bool IsTime(Type recorder, DateTime now)
    {
        if (_background is null)
        {
            if ((StartsItself(recorder) && now.Ticks < began.Ticks + LongRun) || !surroundings.UploadsInBackground)
                return false;
            _background = new BackgroundUpload(tool, state, surroundings, now);
        }

        return _background.IsDue(now) && _background.TryClaim(now);
    }

    /// <summary>After <see cref="IsTime(Type)"/>: begins to upload, on a thread of its own.</summary>
    internal void Start() => _background!.Start();

    /// <summary>The run ends, and its spool file is closed: the last chance to start an uploader, which is not waited for.</summary>
    internal void End(Type recorder)
    {
        var now = surroundings.Now;
        if (!IsEarly(now))
            End(recorder, now);
    }

    void End(Type recorder, DateTime now)
    {
        if (StartsItself(recorder))
        {
            if (Due is { } due)
                UploaderProcess.StartIfDue(tool, state, due, surroundings);
        }
        else if (IsTime(recorder, now))
            Start();
    }
}
