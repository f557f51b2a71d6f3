// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tallymark;

/// <summary><c>status</c>, <c>why</c>, <c>verify</c>: what applies now, and which source decided it.</summary>
static class StatusCommands
{
    internal static int Why(CommandContext context) => Why(context, context);

    /// <summary>The same, as the answer of a verb that has just changed something.</summary>
    internal static int Why(CommandContext now, CommandContext answers)
    {
        answers.Answer(Reason(now), json => WriteReason(now, json));
        return TelemetryCommand.Done;
    }

    internal static int Status(CommandContext context)
    {
        var endpoint = Sender.Allowed(context.Tool.Endpoint)?.ToString();
        var text = new StringBuilder(Reason(context));
        text.Append("Distributor: ").Append(context.Tool.Distributor ?? "not named in this build").Append('\n');
        text.Append("Recipient: ").Append(context.Tool.Recipient).Append('\n');
        text.Append("Endpoint: ").Append(endpoint ?? "none: the configured one is not a valid https: URL").Append('\n');
        var due = context.State is null ? null : DueFile.Read(context.State.Due, context.Now);
        if (context.State is { } state)
        {
            text.Append("Folder: ").Append(state.Path).Append('\n');
            text.Append("Files not sent yet: ").Append(Count(state.Spool)).Append('\n');
            text.Append("Batches waiting: ").Append(Count(state.Batches)).Append('\n');
            text.Append("Batches accepted in the last 30 days: ").Append(Count(state.Sent)).Append('\n');
            text.Append("Batches rejected in the last 30 days: ").Append(Count(state.Rejected)).Append('\n');
            text.Append("Damaged files (never sent): ").Append(Count(state.Damaged)).Append('\n');
            text.Append("Events dropped (too many or too old): ").Append(new QueueLimits(state).Dropped).Append('\n');
        }

        text.Append("Collector settings: ").Append(Settings(context)).Append('\n');
        if (context.Choice.Withheld.Length > 0)
            text.Append("Withheld fields: ").AppendJoin(", ", context.Choice.Withheld).Append('\n');
        if (due is { } next)
            text.Append("Next upload: ").Append(Time(next.Time)).Append('\n');
        context.Answer(text.ToString(), json =>
        {
            WriteReason(context, json);
            json.WriteString("distributor", context.Tool.Distributor);
            json.WriteString("recipient", context.Tool.Recipient);
            json.WriteString("endpoint", endpoint);
            json.WriteString("folder", context.State?.Path);
            json.WriteNumber("files_not_sent", Count(context.State?.Spool));
            json.WriteNumber("batches_waiting", Count(context.State?.Batches));
            json.WriteNumber("batches_accepted", Count(context.State?.Sent));
            json.WriteNumber("batches_rejected", Count(context.State?.Rejected));
            json.WriteNumber("files_damaged", Count(context.State?.Damaged));
            json.WriteNumber("events_dropped", context.State is { } there ? new QueueLimits(there).Dropped : 0);
            json.WriteString("next_upload", due is { } at ? Rfc3339(at.Time) : null);
            WriteSettings(context.Recipient.Settings, json);
            json.WriteStartArray("withheld");
            foreach (var field in context.Choice.Withheld)
                json.WriteStringValue(field);
            json.WriteEndArray();
        });
        return TelemetryCommand.Done;
    }

    /// <summary>
    /// Exits with 0 only if the current decision, the address or the notice prevents all sending, also of queued
    /// events.
    /// </summary>
    internal static int Verify(CommandContext context)
    {
        var reason = WhyNothing(context);
        context.Answer(
            reason is null ? "Something can be sent: telemetry is on (" + context.Consent.Reason + ").\n"
                : "Nothing can be sent: " + reason + ".\n",
            json =>
            {
                json.WriteBoolean("nothing_can_be_sent", reason is not null);
                json.WriteString("nothing_because", reason);
                WriteReason(context, json);
            });
        return reason is not null ? TelemetryCommand.Done : TelemetryCommand.NotDone;
    }

    // Why the uploader could send nothing at this moment; null: it could send something.
    static string? WhyNothing(CommandContext context)
    {
        if (!context.Consent.On)
            return "telemetry is off (" + context.Consent.Reason + ")";
        if (Sender.Allowed(context.Tool.Endpoint) is null)
            return "the endpoint is not a valid https: URL";
        var notice = context.Notice();
        return notice.Allows ? null : NoticeReasons.Text(notice.State, context.Tool);
    }

    /// <summary>
    /// Whether telemetry is on and why, whether events are recorded, and any other recipient or endpoint.
    /// </summary>
    internal static string Reason(CommandContext context)
    {
        var consent = context.Consent;
        var text = "Telemetry for " + context.Tool.Title + " is " + (consent.On ? "on" : "off")
            + " (" + consent.Reason + ").\n";
        if (context.Tool.Redirect is { } redirect)
            text += (redirect.IsOfDevelopers
                ? "In this development build, " + ConsentWatch.EndpointVariable + " names another endpoint: "
                : "The policy file " + context.Environment.PolicyFile + " names another recipient: "
                    + redirect.Recipient + ", ") + redirect.Address + "\n";
        if (Ignored(context) is { } ignored)
            text += ignored + "\n";
        if (!consent.On)
            return text;
        var notice = context.Notice();
        if (notice.Allows && context.RecipientReason is { } reason)
            return text + "Nothing is recorded: " + reason + ".\n";
        if (notice.Allows && context.WhyNotWritten is { } failure)
            return text + "Nothing is recorded: no event can be written: " + failure + ".\n";
        if (notice.State == NoticeState.Agreed)
            text += "Events are recorded.\n";
        else
        {
            text += (notice.Allows ? "Only part of the data is recorded: " : "Nothing is recorded: ")
                + NoticeReasons.Text(notice.State, context.Tool)
                + (context.NoticeError is { } error ? ": " + error : "") + ".\n";
        }

        foreach (var addition in notice.FindAdditions(context.Tool))
            text += "- new: " + addition.Text + "\n";
        if (RenewedId.Read(context.State) is { } renewed)
            text += "New installation id since " + renewed + ": the collector had deleted the earlier one, as another"
                + " machine with a copy of this folder asked for.\n";
        if (context.State is { } state && LastAnswer.Read(state) is { } answer)
            text += "Uploads have not succeeded since " + Time(answer.Since) + ": " + answer.Text + ". Events wait.\n";
        return notice.Allows && context.Recipient.Settings.Rules.Count > 0
            ? text + "Collector settings: " + Settings(context) + "\n"
            : text;
    }

    static string Settings(CommandContext context)
    {
        var settings = context.Recipient.Settings;
        if (settings.Fetched is not { } fetched)
            return "not received yet; nothing is sent until they are.";
        var text = settings.Rules.Count == 0 ? "no restrictions" : string.Join(", ", settings.Rules);
        if (settings.Ignored > 0)
            text += settings.Ignored == 1
                ? "; 1 unknown entry ignored"
                : "; " + settings.Ignored + " unknown entries ignored";
        return text + " (received " + Time(fetched) + ", valid until " + Time(settings.Until) + ")";
    }

    static void WriteSettings(RemoteSettings settings, Utf8JsonWriter json)
    {
        json.WriteStartObject("settings");
        json.WriteString("fetched", settings.Fetched is { } fetched ? Rfc3339(fetched) : null);
        json.WriteString("until", settings.Fetched is null ? null : Rfc3339(settings.Until));
        json.WriteNumber("ignored", settings.Ignored);
        json.WriteStartArray("rules");
        foreach (var rule in settings.Rules)
            json.WriteStringValue(rule);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // Time: for people. Rfc3339: for programs.
    static string Time(DateTime time) => time.ToString("u", CultureInfo.InvariantCulture);

    static string Rfc3339(DateTime time) => Time(time).Replace(' ', 'T');

    // Why the variable has no effect; null: it has one, or it is not set.
    static string? Ignored(CommandContext context)
    {
        var other = context.Environment.Variable(ConsentWatch.EndpointVariable);
        if (string.IsNullOrEmpty(other) || context.Tool.Redirect is { IsOfDevelopers: true })
            return null;
        return "The environment variable " + ConsentWatch.EndpointVariable + "=" + other + " is ignored: "
            + (!context.Declared.Development ? "it works in development builds only."
                : context.Tool.Redirect is not null ? "the policy file decides."
                : "only an address on this machine is allowed.");
    }

    static void WriteReason(CommandContext context, Utf8JsonWriter json)
    {
        var notice = context.Notice();
        json.WriteBoolean("on", context.Consent.On);
        json.WriteString("source", context.Consent.Source.ToString().ToLowerInvariant());
        json.WriteString("name", context.Consent.Name);
        json.WriteString("value", context.Consent.Value);
        json.WriteString("because_of", context.Consent.Reason);
        json.WriteBoolean("recorded", context.Consent.On && notice.Allows && context.RecipientReason is null
            && context.WhyNotWritten is null);
        json.WriteString("notice", NoticeReasons.Text(notice.State, context.Tool));
        json.WriteString("recipient_side", context.RecipientReason);
        json.WriteString("not_written", context.WhyNotWritten);
        json.WriteStartArray("not_seen_yet");
        foreach (var addition in notice.FindAdditions(context.Tool))
            json.WriteStringValue(addition.Text);
        json.WriteEndArray();
        json.WriteString("redirected_to", context.Tool.Redirect?.Address);
        json.WriteString("new_id_since", RenewedId.Read(context.State));
        var answer = context.State is { } state ? LastAnswer.Read(state) : null;
        json.WriteString("not_uploaded_since", answer is { } last ? Rfc3339(last.Since) : null);
        json.WriteString("last_answer", answer?.Text);
    }

    static int Count(string? folder) => Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder).Length : 0;
}
