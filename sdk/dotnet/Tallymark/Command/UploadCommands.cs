// SPDX-License-Identifier: MIT
namespace Tallymark;

/// <summary><c>upload</c>: sends the queued events now, and waits.</summary>
static class UploadCommands
{
    internal static int Upload(CommandContext context)
    {
        if (context.State is not { } state || !HasWork(context, state))
            return End(context, default);
        if (!state.IsOurs())
            return End(context, new UploadResult(0, 0, 0, NoticeReasons.Text(NoticeState.NotOurs, context.Tool)));
        var uploader = new Uploader(context.Tool, state, context.Environment);
        var result = uploader.Run(wait: true).GetAwaiter().GetResult();
        context.Recorded = uploader.Reported;
        return End(context, result);
    }

    static bool HasWork(CommandContext context, StateFolder state) =>
        !new Batches(state, context.Tool.Tool).AreEmpty() || IsHeldBack(context.Recipient)
        || DroppedReport.IsDue(context.Tool, state);

    // Even with an empty queue, an upload may get newer settings, or find the endpoint reachable again.
    static bool IsHeldBack(RecipientState recipient) =>
        recipient.UnreachableSince is not null || recipient.Settings.Rules.Count > 0;

    static int End(CommandContext context, UploadResult result)
    {
        var parts = new List<string>();
        if (result.Accepted > 0)
            parts.Add(Count(result.Accepted) + " accepted" + NotStored(result.NotStored));
        if (result.Rejected > 0)
            parts.Add(Count(result.Rejected) + " rejected permanently");
        if (result.Problem is not null)
            parts.Add(Waiting(result.Waiting) + result.Problem);
        context.Say(parts.Count == 0 ? "nothing is queued" : string.Join("; ", parts));
        var done = result.Rejected == 0 && result.Problem is null;
        context.Answer("", json =>
        {
            json.WriteNumber("accepted", result.Accepted);
            json.WriteNumber("rejected", result.Rejected);
            json.WriteStartObject("not_stored");
            foreach (var (reason, events) in result.NotStored ?? new Dictionary<string, int>(StringComparer.Ordinal))
                json.WriteNumber(reason, events);
            json.WriteEndObject();
            json.WriteNumber("batches_waiting", result.Waiting);
            json.WriteString("trouble", result.Problem);
        });
        return done ? TelemetryCommand.Done : TelemetryCommand.NotDone;
    }

    static string NotStored(IReadOnlyDictionary<string, int>? notStored) => notStored is null ? ""
        : ", but " + string.Join(", ", notStored.Select(pair => pair.Value + " not stored (" + pair.Key + ")"))
            + ": " + string.Join("; ", notStored.Keys.Select(Explain).Distinct(StringComparer.Ordinal));

    static string Explain(string reason) => reason switch
    {
        // The reader is the tool's author: users see this only if a release was made with the mistake.
        "unknown-event" or "unknown-field" or "bad-value" =>
            "the collector has another manifest under the same version. Raise `version` in telemetry.yaml and give the "
            + "new manifest to the collector",
        "deleted" => "the collector was asked to delete this installation, and stores no event with its id",
        "bad-time" => "their time is in the future; check this machine's clock",
        "too-old" => "they had waited too long",
        _ => "the collector does not take them",
    };

    static string Count(int events) => events == 1 ? "1 event" : events + " events";

    static string Waiting(int batches) =>
        batches switch { 0 => "", 1 => "1 batch waiting: ", _ => batches + " batches waiting: " };
}
