// SPDX-License-Identifier: MIT
// `delete`: asks every collector that has received something to delete it, also after `off` and for earlier ids.

using System.Text.Json;

namespace Tallymark;

/// <summary>
/// 1. ends the ids: what was not sent goes, the next event makes a new secret; 2. asks the collector of each folder;
/// 3. forgets the proofs of what it confirmed. Killed or refused at any point it can be asked again: the proofs are
/// there until then. Nobody's consent is asked: it is the user who asks, in so many words.
/// </summary>
static class DeleteCommands
{
    /// <summary>What came of the ids of one folder that belong to one address.</summary>
    readonly record struct Answer(string Folder, string? Address, int Ids, int Deleted, string? SelfLog);

    internal static int Delete(Question ask)
    {
        var states = StateFolder.AllOf(ask.Declared, ask.SdkEnvironment)
            .FindAll(state => Directory.Exists(state.Path) && HasAny(state, ask.Tool.Tool));
        if (states.Count > 0)
            StartAfresh(ask);
        var answers = new List<Answer>();
        foreach (var state in states)
            One(ask, state, answers).GetAwaiter().GetResult();
        var unfindable = answers.Count > 0 ? WithoutId(ask.Declared.Scope) : [];
        Say(ask, answers, unfindable);
        ask.Answer("", json => Write(json, answers, unfindable));
        return unfindable.Count == 0 && answers.TrueForAll(answer => answer.SelfLog is null)
            ? TelemetryCommand.Done
            : TelemetryCommand.NotDone;
    }

    // Their rows can't be told from those of others, which must not be passed over in silence.
    static List<string> WithoutId(string scope)
    {
        if (ScopeText.Parse(scope) is not { } declared)
            return [];
        var events = new List<string>(declared.Events);
        foreach (var field in declared.Fields)
        {
            if (field.Kind == "installation")
                events.Remove(field.Event);
        }

        return events;
    }

    static bool HasAny(StateFolder state, string tool) => Proofs.Read(state).Count > 0 || Installation.Find(state, tool) is not null;

    // A process that runs keeps its secret in memory until another choice is saved: the same one, under another name.
    // Where none can be saved, it goes on under the old id, which the collector does not take any more.
    static void StartAfresh(Question ask)
    {
        if (ask.Choice.SelfLog is null && Choice.Place(ask.Tool.Tool, ask.SdkEnvironment) is { } place && StateFolder.IsOurs(place))
            Choice.Save(place, ask.Choice.On, ask.Choice.Withheld, ask.Now);
    }

    // 1.
    static async Task One(Question ask, StateFolder state, List<Answer> answers)
    {
        var folder = Path.GetFileName(state.Path);
        if (!state.IsOurs())
        {
            answers.Add(new Answer(folder, null, 0, 0, NoticeReasons.Text(NoticeState.NotOurs, ask.Tool)));
            return;
        }

        using var held = await UploadLock.Take(state, wait: true);
        Wipe.Run(state, ask.Tool.Tool);
        var left = Proofs.Read(state);
        while (left.Count > 0)
        {
            var address = AddressOf(ask, folder, left[0]);
            var there = left.FindAll(proof => AddressOf(ask, folder, proof) == address);
            left.RemoveAll(there.Contains);
            answers.Add(await Send(ask, state, address, there));
        }
    }

    // The address of its time. Without one, only the tool's own folder tells it: that of a redirect is named after a hash.
    static Uri? AddressOf(Question ask, string folder, Proof proof)
    {
        if (Sender.Override(ask.SdkEnvironment) is { } other)
            return other;
        var address = proof.Endpoint ?? (folder == ask.Declared.Tool ? ask.Declared.Endpoint : null);
        return address is null ? null : Sender.Allowed(address);
    }

    // 2, 3.
    static async Task<Answer> Send(Question ask, StateFolder state, Uri? address, List<Proof> proofs)
    {
        var answer = new Answer(Path.GetFileName(state.Path), address?.ToString(), proofs.Count, 0, null);
        if (address is null)
            return answer with { SelfLog = "it is not known any more where it was sent, or nothing may be sent there" };
        using var sender = Sender.To(address, ask.SdkEnvironment);
        while (answer.Deleted < proofs.Count)
        {
            var part = proofs.GetRange(answer.Deleted, Math.Min(Sender.MostProofs, proofs.Count - answer.Deleted));
            var reply = await sender.Delete(ask.Tool.Tool, part.ConvertAll(proof => proof.Hex));
            if (reply.Outcome != Outcome.Accepted)
                return answer with { SelfLog = reply.Detail };
            Proofs.Remove(state, part);
            answer = answer with { Deleted = answer.Deleted + part.Count };
        }

        return answer;
    }

    static void Say(Question ask, List<Answer> answers, List<string> unfindable)
    {
        if (answers.Count == 0)
            ask.Say("nothing is known to have been sent, so there is nothing to delete");
        foreach (var answer in answers)
        {
            if (answer.Deleted > 0)
                ask.Say(answer.Address + " confirmed: what was sent under " + Ids(answer.Deleted) + " is deleted from its tables");
            if (answer.SelfLog is not null)
                ask.Say(Ids(answer.Ids - answer.Deleted) + " could not be deleted at " + (answer.Address ?? "the collector of " + answer.Folder)
                    + ": " + answer.SelfLog + ". Ask again later: `" + ask.Tool.Tool + " telemetry delete`");
        }

        if (unfindable.Count > 0)
            ask.Say("nothing of these events is deleted, since they carry no id by which they could be found: " + string.Join(", ", unfindable));
    }

    static string Ids(int count) => count == 1 ? "1 id" : count + " ids";

    static void Write(Utf8JsonWriter json, List<Answer> answers, List<string> unfindable)
    {
        json.WriteStartArray("collectors");
        foreach (var answer in answers)
        {
            json.WriteStartObject();
            json.WriteString("folder", answer.Folder);
            json.WriteString("endpoint", answer.Address);
            json.WriteNumber("ids", answer.Ids);
            json.WriteNumber("deleted", answer.Deleted);
            json.WriteString("trouble", answer.SelfLog);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("without_id");
        foreach (var name in unfindable)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }
}
