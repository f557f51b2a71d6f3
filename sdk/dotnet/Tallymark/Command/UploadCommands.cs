// SPDX-License-Identifier: MIT
// `upload`: sends what is queued, now, and waits.

namespace Tallymark;

static class UploadCommands
{
    internal static int Upload(Question ask)
    {
        if (ask.State is not { } state || (new Batches(state, ask.Tool.Tool).AreEmpty() && !Holds(ask.Side)
            && !DroppedReport.IsDue(ask.Tool, state)))
            return End(ask, default);
        if (!state.IsOurs())
            return End(ask, new UploadResult(0, 0, 0, NoticeReasons.Text(NoticeState.NotOurs, ask.Tool)));
        return End(ask, new Uploader(ask.Tool, state, ask.SdkEnvironment).Run(wait: true).GetAwaiter().GetResult());
    }

    // With nothing queued there is still something to ask the recipient.
    static bool Holds(RecipientSide side) => side.UnreachableSince is not null || side.Settings.Rules.Count > 0;

    static int End(Question ask, UploadResult result)
    {
        var said = new List<string>();
        if (result.Accepted > 0)
            said.Add(Count(result.Accepted) + " accepted");
        if (result.Rejected > 0)
            said.Add(Count(result.Rejected) + " rejected for good");
        if (result.SelfLog is not null)
            said.Add(Waiting(result.Waiting) + result.SelfLog);
        ask.Say(said.Count == 0 ? "nothing was queued" : string.Join("; ", said));
        var done = result.Rejected == 0 && result.SelfLog is null;
        ask.Answer("", json =>
        {
            json.WriteNumber("accepted", result.Accepted);
            json.WriteNumber("rejected", result.Rejected);
            json.WriteNumber("batches_waiting", result.Waiting);
            json.WriteString("trouble", result.SelfLog);
        });
        return done ? TelemetryCommand.Done : TelemetryCommand.NotDone;
    }

    static string Count(int events) => events == 1 ? "1 event" : events + " events";

    static string Waiting(int batches) => batches switch { 0 => "", 1 => "1 batch waits: ", _ => batches + " batches wait: " };
}
