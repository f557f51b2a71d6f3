// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Upload;

/// <summary>The result of an occasion.</summary>
/// <param name="Accepted">Events that the collector has accepted.</param>
/// <param name="Rejected">Events that it will never accept.</param>
/// <param name="Waiting">Batches that remain.</param>
/// <param name="Problem">Why they remain, or why nothing was tried; null if everything was sent.</param>
/// <param name="NotStored">
/// Of the accepted ones, those that the collector has dropped, by its reason (spec/wire.md); null: none.
/// </param>
readonly record struct UploadResult(
    int Accepted, int Rejected, int Waiting, string? Problem, IReadOnlyDictionary<string, int>? NotStored = null);

/// <summary>
/// One occasion of sending, by the one uploader that holds the lock: 1. takes the lock; 2. gets the settings that say
/// what may be sent; 3. sends the batches that are already frozen; 4. freezes and sends until the spool has no free
/// file, and if everything was sent, reports how many events were dropped before; 5. removes old data and drops what is
/// over the limits; 6. writes when the next upload is due. An uploader never starts another.
/// </summary>
sealed class Uploader(ToolDefinition tool, StateFolder state, SdkEnvironment environment)
{
    readonly Batches _batches = new(state, tool.Tool);
    readonly DroppedReport _report = new(tool, state, environment);
    readonly ConsentWatch _consent = new(tool, optionGiven: false, environment);
    RemoteSettings _settings = RemoteSettings.None;
    int _accepted;
    int _rejected;
    SortedDictionary<string, int>? _notStored;
    string? _problem;
    string? _stopped;
    TimeSpan? _retryAfter;
    Responder? _responder;
    int _connecting;

    /// <summary>
    /// The content of <c>due</c> before the claim of a process that may end at any time; null: the process does not end
    /// before the occasion. Such an occasion counts as failed and silent from the first connection until an answer
    /// arrives: behind a firewall that drops packets, a short process always ends before it could find out.
    /// </summary>
    internal DueFile? Claimed { get; init; }

    /// <summary>
    /// The line of the event with which this occasion reported dropped events, with LF; null: it reported none.
    /// </summary>
    internal string? Reported { get; private set; }

    /// <summary>
    /// Runs the occasion. If another uploader is running, it waits for it with <paramref name="wait"/>, and otherwise
    /// leaves the work to it.
    /// </summary>
    internal async Task<UploadResult> Run(bool wait)
    {
        if (ReasonNotToSend() is { } reason)
            return new UploadResult(0, 0, Waiting(), reason);
        if (!Directory.Exists(state.Path))
            return default;
        using var uploadLock = await UploadLock.Take(state, wait);
        if (uploadLock is null)
            return new UploadResult(0, 0, Waiting(), "another uploader is running");
        var now = Now();
        try
        {
            _report.Recover();
            await SendAll();
            _batches.Forget(now);
            new QueueLimits(state).Apply(now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problem = e.Message.TrimEnd('.');
        }

        ScheduleNext(Now());
        NoteAnswer(Now());
        return new UploadResult(_accepted, _rejected, Waiting(), _problem ?? _stopped, _notStored);
    }

    /// <summary>
    /// Only drops what is over the limits: for a process that records much while no upload is due. Does nothing if an
    /// uploader is running, which applies them itself.
    /// </summary>
    /// <exception cref="IOException">A file cannot be read or removed.</exception>
    /// <exception cref="UnauthorizedAccessException">A file must not be read or removed.</exception>
    internal async Task ApplyLimits()
    {
        using var uploadLock = await UploadLock.Take(state, wait: false);
        if (uploadLock is not null)
            new QueueLimits(state).Apply(Now());
    }

    async Task SendAll()
    {
        if (Sender.Allowed(tool.Endpoint) is not { } endpoint)
        {
            _problem = "the endpoint is not a valid https: URL";
            return;
        }

        using var sender = Sender.To(endpoint, environment);
        sender.Connecting = NoteConnecting;
        var sent = await MaySend(sender) && await SendFrozen(sender) && await SendSpool(sender);
        if (_batches.LeftOtherPeriod)
            _stopped ??= "events with another id are sent with the next upload, so that nothing links the two ids";
        if (!sent || _batches.LeftOtherPeriod || _problem is not null || ReasonNotToSend() is not null)
            return;

        // Only after everything was sent: without a collector the report itself would wait and might be dropped.
        Reported = _report.Write(Receipt.Check(tool, state, _consent.Choice), _consent.Choice, _settings);
        if (Reported is not null)
            await SendSpool(sender);
    }

    // 2. False: this occasion is over. For an endpoint that was unreachable, this request is the probe.
    async Task<bool> MaySend(Sender sender)
    {
        _settings = RemoteSettings.Read(state, tool);
        var silence = DueFile.Read(state.Due, Now())?.Silence ?? default;
        if ((!_settings.AreFresh(Now()) || silence.IsLong) && !await Refresh(sender))
            return false;
        _stopped = _settings.Reason(Installation.Find(state, tool.Tool)) is { } reason
            ? "nothing is sent, because " + reason
            : null;
        return _stopped is null;
    }

    async Task<bool> Refresh(Sender sender)
    {
        if (ReasonNotToSend() is { } reason)
        {
            _problem = reason;
            return false;
        }

        var reply = await sender.AskForSettings(tool.Tool);
        NoteResponder(reply);
        if (reply.Outcome == Outcome.Accepted && SettingsAnswer.ToText(reply.Body!, Now()) is { } text)
        {
            StateFolder.Replace(state.Settings, Encoding.ASCII.GetBytes(text));
            _settings = RemoteSettings.Read(state, tool);
            return true;
        }

        // The old settings hold until they expire. Without any answer the occasion ends: a second request is pointless.
        if (reply.Responder != Responder.None && _settings.AllowSending(Now()))
            return true;
        _problem = "collector settings not received: " + reply.Detail;
        _retryAfter = reply.RetryAfter;
        return false;
    }

    // 3. False: this occasion is over.
    async Task<bool> SendFrozen(Sender sender)
    {
        foreach (var id in _batches.Frozen())
        {
            if (!_batches.IsOfPeriod(id))
                continue;
            if (!await SendOne(sender, id))
                return false;
        }

        return true;
    }

    // 4. False: this occasion is over.
    async Task<bool> SendSpool(Sender sender)
    {
        while (_batches.Freeze() is { } id)
        {
            if (!await SendOne(sender, id))
                return false;
        }

        return true;
    }

    async Task<bool> SendOne(Sender sender, string id)
    {
        var batch = _batches.Read(id);
        if (ReasonNotToSend() is { } reason)
        {
            _problem = reason;
            return false;
        }

        if (Batches.FindStopped(batch, _settings) is { } stopped)
        {
            _stopped = "the collector's settings stop " + stopped;
            return true;
        }

        var reply = Batches.IsTooLarge(batch)
            ? new Reply(Outcome.Split, "too large")
            : await sender.Send(batch, tool.Tool);
        if (reply.Outcome != Outcome.Split || reply.Responder == Responder.Collector)
            NoteResponder(reply);
        switch (reply.Outcome)
        {
            case Outcome.Accepted:
                _batches.Accept(id, reply.Body!);
                _accepted += batch.Events;
                if (reply.Deleted)
                    RenewedId.Renew(tool, state, environment, batch.Lines, _consent.Choice);
                foreach (var (dropped, events) in Sender.NotStoredOf(reply.Body!))
                {
                    _notStored ??= new SortedDictionary<string, int>(StringComparer.Ordinal);
                    _notStored[dropped] = _notStored.GetValueOrDefault(dropped) + events;
                }

                return true;
            case Outcome.Split when batch.Events > 1:
                _batches.Split(batch);
                return await SendOne(sender, Batches.PartId(id, 0, batch.Events / 2))
                    && await SendOne(sender, Batches.PartId(id, batch.Events / 2, batch.Events));
            case Outcome.Split or Outcome.Never:
                _batches.Reject(id, reply.Body ?? []);
                _rejected += batch.Events;
                return true;
            default:
                _problem = reply.Detail;
                _retryAfter = reply.RetryAfter > _retryAfter || _retryAfter is null ? reply.RetryAfter : _retryAfter;
                return reply.OnlyThisBatch;
        }
    }

    // Called on a thread of the pool.
    void NoteConnecting()
    {
        if (Claimed is not { } claimed || Interlocked.Exchange(ref _connecting, 1) != 0)
            return;
        var now = Now();
        var silence = claimed.Silence.Extend(now);
        var pause = silence.IsLong ? RetrySchedule.ProbeDelay(random: 0) : UploaderProcess.Claim;
        DueFile.Write(state.Due, now + pause, Math.Min(claimed.Failures + 1, DueFile.MaxFailures), silence);
    }

    // One answer of a collector in an occasion shows that the endpoint is reachable. If the occasion was claimed as
    // silent, the file is corrected at once: the process may end at any time.
    void NoteResponder(Reply reply)
    {
        if (_responder is not null && reply.Responder <= _responder)
            return;
        _responder = reply.Responder;
        if (Claimed is { } claimed && reply.Responder == Responder.Collector)
            DueFile.Write(state.Due, Now() + UploaderProcess.Claim, claimed.Failures);
    }

    // 6. The counts are in the file that this replaces.
    void ScheduleNext(DateTime now)
    {
        if (_problem is null)
        {
            DueFile.Write(state.Due, now + DueFile.Interval, failures: 0);
            return;
        }

        var before = Claimed ?? DueFile.Read(state.Due, now);
        var failures = Math.Min((before?.Failures ?? 0) + 1, DueFile.MaxFailures);
        var silence = _responder switch
        {
            Responder.Collector => default,
            null => before?.Silence ?? default,
            _ => (before?.Silence ?? default).Extend(now),
        };
        var random = RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20);
        var delay = silence.IsLong
            ? RetrySchedule.ProbeDelay(random)
            : RetrySchedule.DelayAfter(failures, _retryAfter, random);
        DueFile.Write(state.Due, now + delay, failures, silence);
    }

    // For `telemetry why`. An occasion without a request got no answer.
    void NoteAnswer(DateTime now)
    {
        if (_responder is null && _problem is not null)
            return;
        try
        {
            LastAnswer.Write(state, _problem, now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only the explanation is missing.
        }
    }

    DateTime Now() => environment.Now;

    int Waiting() => Directory.Exists(state.Batches) ? Directory.GetDirectories(state.Batches).Length : 0;

    // Called before each request: a user who switches telemetry off stops a running uploader there.
    string? ReasonNotToSend()
    {
        var consent = _consent.Ask();
        if (!consent.On)
            return "telemetry is off (" + consent.Reason + ")";
        if (_consent.Tool.Redirect != tool.Redirect)
            return "the policy file now names another recipient";

        // The user agreed to send the queued events to the recipient and address of that time.
        var notice = Receipt.Check(tool, state, _consent.Choice);
        return notice.Allows ? null : NoticeReasons.Text(notice.State, tool);
    }
}
