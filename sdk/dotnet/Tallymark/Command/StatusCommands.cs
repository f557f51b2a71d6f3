// SPDX-License-Identifier: MIT
// `status`, `why`, `verify`: how things stand, and who decided it.

using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tallymark;

static class StatusCommands
{
    const string EndpointVariable = "TALLYMARK_ENDPOINT";

    internal static int Why(Question ask)
    {
        ask.Answer(Reason(ask), json => WriteReason(ask, json));
        return TelemetryCommand.Done;
    }

    internal static int Status(Question ask)
    {
        var endpoint = Sender.Endpoint(ask.Tool, ask.SdkEnvironment)?.ToString();
        var text = new StringBuilder(Reason(ask));
        text.Append("Distributed by: ").Append(ask.Tool.Distributor ?? "not named in this build").Append('\n');
        text.Append("Recipient: ").Append(ask.Tool.Recipient).Append('\n');
        text.Append("Endpoint: ").Append(endpoint ?? "refused, it is not https").Append('\n');
        var due = ask.State is null ? null : DueFile.Read(ask.State.Due, ask.Now);
        if (ask.State is { } state)
        {
            text.Append("Folder: ").Append(state.Path).Append('\n');
            text.Append("Files not sent yet: ").Append(Count(state.Spool)).Append('\n');
            text.Append("Batches not accepted yet: ").Append(Count(state.Batches)).Append('\n');
            text.Append("Batches accepted in the last 30 days: ").Append(Count(state.Sent)).Append('\n');
            text.Append("Batches rejected in the last 30 days: ").Append(Count(state.Rejected)).Append('\n');
            text.Append("Damaged files, never sent: ").Append(Count(state.Damaged)).Append('\n');
            text.Append("Events dropped because they were too many or too old: ").Append(new Caps(state).Dropped).Append('\n');
        }

        text.Append("Settings of the recipient: ").Append(Settings(ask)).Append('\n');
        if (ask.Choice.Withheld.Length > 0)
            text.Append("Withheld fields: ").AppendJoin(", ", ask.Choice.Withheld).Append('\n');
        if (due is { } next)
            text.Append("Next upload: ").Append(Time(next.Time)).Append('\n');
        ask.Answer(text.ToString(), json =>
        {
            WriteReason(ask, json);
            json.WriteString("distributor", ask.Tool.Distributor);
            json.WriteString("recipient", ask.Tool.Recipient);
            json.WriteString("endpoint", endpoint);
            json.WriteString("folder", ask.State?.Path);
            json.WriteNumber("files_not_sent", Count(ask.State?.Spool));
            json.WriteNumber("batches_waiting", Count(ask.State?.Batches));
            json.WriteNumber("batches_accepted", Count(ask.State?.Sent));
            json.WriteNumber("batches_rejected", Count(ask.State?.Rejected));
            json.WriteNumber("files_damaged", Count(ask.State?.Damaged));
            json.WriteNumber("events_dropped", ask.State is { } there ? new Caps(there).Dropped : 0);
            json.WriteString("next_upload", due is { } at ? Rfc3339(at.Time) : null);
            WriteSettings(ask.Side.Settings, json);
            json.WriteStartArray("withheld");
            foreach (var field in ask.Choice.Withheld)
                json.WriteStringValue(field);
            json.WriteEndArray();
        });
        return TelemetryCommand.Done;
    }

    /// <summary>Proves the negative: 0 only where the decision of now, the address or the notice lets nothing out, queued or not.</summary>
    internal static int Verify(Question ask)
    {
        var reason = WhyNothing(ask);
        ask.Answer(
            reason is null ? "Something can be sent: telemetry is on because of " + ask.Consent.Reason + ".\n"
                : "Nothing can be sent, because " + reason + ".\n",
            json =>
            {
                json.WriteBoolean("nothing_can_be_sent", reason is not null);
                json.WriteString("nothing_because", reason);
                WriteReason(ask, json);
            });
        return reason is not null ? TelemetryCommand.Done : TelemetryCommand.NotDone;
    }

    // Why nothing can be sent at this moment, by the rules of the uploader; null: something can.
    static string? WhyNothing(Question ask)
    {
        if (!ask.Consent.On)
            return "telemetry is off because of " + ask.Consent.Reason;
        if (Sender.Endpoint(ask.Tool, ask.SdkEnvironment) is null)
            return "the endpoint is refused: it is not https";
        var notice = ask.Notice();
        return notice.Allows ? null : NoticeReasons.Text(notice.State, ask.Tool);
    }

    /// <summary>Whether it is on, who said so, whether anything is recorded, and where the data would go instead.</summary>
    internal static string Reason(Question ask)
    {
        var consent = ask.Consent;
        var text = "Telemetry of " + ask.Tool.Title + " is " + (consent.On ? "on" : "off") + " because of " + consent.Reason + ".\n";
        if (ask.Tool.Redirect is { } redirect)
            text += "The policy file " + ask.SdkEnvironment.PolicyFile + " names another recipient: " + redirect.Recipient + ", "
                + redirect.Address + "\n";
        if (Override(ask) is { } instead)
            text += instead + "\n";
        if (!consent.On)
            return text;
        var notice = ask.Notice();
        if (notice.Allows && ask.SideReason is { } reason)
            return text + "Nothing is recorded, because " + reason + ".\n";
        if (notice.State == NoticeState.Agreed)
            text += "Events are recorded.\n";
        else
        {
            text += (notice.Allows ? "Only a part is recorded, because " : "Nothing is recorded, because ")
                + NoticeReasons.Text(notice.State, ask.Tool) + ".\n";
        }

        foreach (var line in notice.News(ask.Tool))
            text += "- new: " + line + "\n";
        return notice.Allows && ask.Side.Settings.Rules.Count > 0 ? text + "The settings of the recipient: " + Settings(ask) + "\n" : text;
    }

    static string Settings(Question ask)
    {
        var settings = ask.Side.Settings;
        if (settings.Fetched is not { } fetched)
            return "none came yet, and before they do nothing is sent";
        var text = settings.Rules.Count == 0 ? "nothing is stopped here" : string.Join(", ", settings.Rules);
        if (settings.Ignored > 0)
            text += "; not understood and ignored: " + settings.Ignored;
        return text + " (" + Time(fetched) + ", to send until " + Time(settings.Until) + ")";
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

    // For people, and for programs.
    static string Time(DateTime time) => time.ToString("u", CultureInfo.InvariantCulture);

    static string Rfc3339(DateTime time) => Time(time).Replace(' ', 'T');

    static string? Override(Question ask)
    {
        var other = ask.SdkEnvironment.Variable(EndpointVariable);
        if (string.IsNullOrEmpty(other))
            return null;
        return "The environment variable " + EndpointVariable + "=" + other + (Sender.IsOverride(other)
            ? " replaces the endpoint."
            : " is not used: only an address of this machine is.");
    }

    static void WriteReason(Question ask, Utf8JsonWriter json)
    {
        var notice = ask.Notice();
        json.WriteBoolean("on", ask.Consent.On);
        json.WriteString("source", ask.Consent.Source.ToString().ToLowerInvariant());
        json.WriteString("name", ask.Consent.Name);
        json.WriteString("value", ask.Consent.Value);
        json.WriteString("because_of", ask.Consent.Reason);
        json.WriteBoolean("recorded", ask.Consent.On && notice.Allows && ask.SideReason is null);
        json.WriteString("notice", NoticeReasons.Text(notice.State, ask.Tool));
        json.WriteString("recipient_side", ask.SideReason);
        json.WriteStartArray("not_seen_yet");
        foreach (var line in notice.News(ask.Tool))
            json.WriteStringValue(line);
        json.WriteEndArray();
        json.WriteString("redirected_to", ask.Tool.Redirect?.Address);
    }

    static int Count(string? folder) => Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder).Length : 0;
}
