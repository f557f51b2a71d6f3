// SPDX-License-Identifier: MIT
// One occasion of sending: everything that is queued, by the one uploader that holds the lock.

using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Upload;

/// <summary>What came of an occasion.</summary>
/// <param name="Accepted">Events that the collector took.</param>
/// <param name="Rejected">Events that it will never take.</param>
/// <param name="Waiting">Batches that stay.</param>
/// <param name="SelfLog">Why they stay, or why nothing was tried; null if all went.</param>
readonly record struct UploadResult(int Accepted, int Rejected, int Waiting, string? SelfLog);

/// <summary>
/// 1. takes the lock; 2. asks for settings that say what may be sent; 3. sends what is frozen already; 4. freezes and sends
/// until the spool has nothing free, and if all went, tells how many events were dropped before; 5. forgets what is old and
/// drops what is over the caps; 6. writes when the next upload is due. An uploader never starts another.
/// </summary>
sealed class Uploader(ToolDefinition tool, StateFolder state, SdkEnvironment surroundings)
{
    readonly Batches _batches = new(state, tool.Tool);
    readonly DroppedReport _report = new(tool, state, surroundings);
    readonly ConsentWatch _consent = new(tool, optionGiven: false, surroundings);
    RemoteSettings _settings = RemoteSettings.None;
    int _accepted;
    int _rejected;
    string? _trouble;
    string? _held;
    TimeSpan? _asked;
    Answerer? _answerer;

    /// <summary>What <c>due</c> said before it was claimed, where the claim counts as silent; null: the file says it.</summary>
    internal DueFile? Claimed { get; init; }

    /// <summary>
    /// Runs the occasion. With <paramref name="wait"/> it waits for an uploader that is at work; without, it leaves the work
    /// to that one.
    /// </summary>
    internal async Task<UploadResult> Run(bool wait)
    {
        if (Mute() is { } reason)
            return new UploadResult(0, 0, Waiting(), reason);
        if (!Directory.Exists(state.Path))
            return default;
        using var held = await UploadLock.Take(state, wait);
        if (held is null)
            return new UploadResult(0, 0, Waiting(), "another uploader is at work");
        var now = Now();
        try
        {
            _report.Recover();
            await SendAll();
            _batches.Forget(now);
            new Caps(state).Keep(now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _trouble = e.Message;
        }

        Plan(Now());
        return new UploadResult(_accepted, _rejected, Waiting(), _trouble ?? _held);
    }

    async Task SendAll()
    {
        if (Sender.Endpoint(tool, surroundings) is not { } endpoint)
        {
            _trouble = "the endpoint is refused: it is not https";
            return;
        }

        using var sender = Sender.To(endpoint, surroundings);
        if (!await MayGoOn(sender) || !await SendFrozen(sender) || !await SendSpool(sender) || _trouble is not null || Mute() is not null)
            return;

        // Only now: told while nobody hears it, a report waits among what may be dropped next.
        if (_report.Write(Receipt.Check(tool, state), _consent.Choice, _settings))
            await SendSpool(sender);
    }

    // 2. False: this occasion is over. To an endpoint that was unreachable this is the probe.
    async Task<bool> MayGoOn(Sender sender)
    {
        _settings = RemoteSettings.Read(state, tool);
        var silence = DueFile.Read(state.Due, Now())?.Silence ?? default;
        if ((!_settings.AreFresh(Now()) || silence.IsLong) && !await Refresh(sender))
            return false;
        _held = _settings.Reason(Installation.Find(state, tool.Tool)) is { } reason ? "nothing is sent, because " + reason : null;
        return _held is null;
    }

    async Task<bool> Refresh(Sender sender)
    {
        if (Mute() is { } reason)
        {
            _trouble = reason;
            return false;
        }

        var reply = await sender.AskForSettings(tool.Tool);
        Hear(reply);
        if (reply.Outcome == Outcome.Accepted && SettingsAnswer.ToText(reply.Body!, Now()) is { } text)
        {
            StateFolder.Replace(state.Settings, Encoding.ASCII.GetBytes(text));
            _settings = RemoteSettings.Read(state, tool);
            return true;
        }

        // The older ones do until they end, but nobody asks twice where nobody is.
        if (reply.Who != Answerer.Nobody && _settings.LetSend(Now()))
            return true;
        _trouble = "no settings yet: " + reply.Detail;
        _asked = reply.Wait;
        return false;
    }

    // 3. False: this occasion is over.
    async Task<bool> SendFrozen(Sender sender)
    {
        foreach (var id in _batches.Frozen())
        {
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
        if (Mute() is { } reason)
        {
            _trouble = reason;
            return false;
        }

        if (Batches.FindStopped(batch, _settings) is { } stopped)
        {
            _held = "the recipient's settings stop " + stopped;
            return true;
        }

        var reply = Batches.IsTooLarge(batch) ? new Reply(Outcome.Split, "too large") : await sender.Send(batch, tool.Tool);
        if (reply.Outcome != Outcome.Split || reply.Who == Answerer.Collector)
            Hear(reply);
        switch (reply.Outcome)
        {
            case Outcome.Accepted:
                _batches.Accept(id, reply.Body!);
                _accepted += batch.Events;
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
                _trouble = reply.Detail;
                _asked = reply.Wait > _asked || _asked is null ? reply.Wait : _asked;
                return reply.OnlyThis;
        }
    }

    // One answer of a collector in an occasion shows that the endpoint is there. A claim says so at once: its process may end now.
    void Hear(Reply reply)
    {
        if (_answerer is not null && reply.Who <= _answerer)
            return;
        _answerer = reply.Who;
        if (Claimed is { } claimed && reply.Who == Answerer.Collector)
            DueFile.Write(state.Due, Now() + UploaderProcess.Claim, claimed.Failures);
    }

    // 6. The counts live in the file that this replaces.
    void Plan(DateTime now)
    {
        if (_trouble is null)
        {
            DueFile.Write(state.Due, now + DueFile.Interval, failures: 0);
            return;
        }

        var before = Claimed ?? DueFile.Read(state.Due, now);
        var failures = Math.Min((before?.Failures ?? 0) + 1, DueFile.MostFailures);
        var silence = _answerer switch
        {
            Answerer.Collector => default,
            null => before?.Silence ?? default,
            _ => (before?.Silence ?? default).Again(now),
        };
        var random = RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20);
        var pause = silence.IsLong ? Pauses.ToProbe(random) : Pauses.After(failures, _asked, random);
        DueFile.Write(state.Due, now + pause, failures, silence);
    }

    DateTime Now() => surroundings.Now;

    int Waiting() => Directory.Exists(state.Batches) ? Directory.GetDirectories(state.Batches).Length : 0;

    // Asked before each request: who switches off while an uploader is at work stops it there.
    string? Mute()
    {
        var consent = _consent.Ask();
        if (!consent.On)
            return "telemetry is off because of " + consent.Reason;
        if (_consent.Tool.Redirect != tool.Redirect)
            return "the policy file names another recipient now";

        // What is queued was agreed to for the recipient and the address of its time.
        var notice = Receipt.Check(tool, state);
        return notice.Allows ? null : NoticeReasons.Text(notice.State, tool);
    }
}
