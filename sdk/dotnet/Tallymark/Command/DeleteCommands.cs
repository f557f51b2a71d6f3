// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark;

/// <summary>
/// <c>delete</c>: asks every collector that has received something to delete it, also after <c>off</c> and for earlier
/// ids. 1. Ends the ids: erases what was not sent; the next event makes a new secret. 2. Asks the collector of each
/// folder. 3. Removes the proofs that it confirmed. If it is killed or refused at any point, the user can run it again:
/// the proofs remain until then. Consent is not checked, because the user asks explicitly.
/// </summary>
static class DeleteCommands
{
    /// <summary>The result for the ids of one folder that belong to one address.</summary>
    readonly record struct Deletion(string Folder, string? Address, int Ids, int Deleted, string? Error);

    internal static int Delete(CommandContext context)
    {
        var states = StateFolder.AllOf(context.Declared, context.Environment)
            .FindAll(state => Directory.Exists(state.Path) && HasIds(state, context.Tool.Tool));
        if (states.Count > 0)
            ResetRunningProcesses(context);
        var deletions = new List<Deletion>();
        foreach (var state in states)
            DeleteIn(context, state, deletions).GetAwaiter().GetResult();
        var withoutId = deletions.Count > 0 ? EventsWithoutId(context.Declared.Scope) : [];
        Report(context, deletions, withoutId);
        context.Answer("", json => Write(json, deletions, withoutId));
        return withoutId.Count == 0 && deletions.TrueForAll(deletion => deletion.Error is null)
            ? TelemetryCommand.Done
            : TelemetryCommand.NotDone;
    }

    // The collector cannot tell their rows from those of other users, so the user has to be told.
    static List<string> EventsWithoutId(string scope)
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

    static bool HasIds(StateFolder state, string tool) =>
        ProofFile.Read(state).Count > 0 || Installation.Find(state, tool) is not null;

    // A running process keeps its secret in memory until the choice is saved again: the same choice, with a new save
    // id. If it cannot be saved, the process continues under the old id, whose events the collector no longer accepts.
    static void ResetRunningProcesses(CommandContext context)
    {
        if (context.Choice.Error is null)
            SavedChoice.Save(context.Declared, context.Environment, context.Choice.On, context.Choice.Withheld);
    }

    // 1.
    static async Task DeleteIn(CommandContext context, StateFolder state, List<Deletion> deletions)
    {
        var folder = Path.GetFileName(state.Path);
        if (!state.IsOurs())
        {
            var reason = NoticeReasons.Text(NoticeState.NotOurs, context.Tool);
            deletions.Add(new Deletion(folder, null, 0, 0, reason));
            return;
        }

        using var held = await UploadLock.Take(state, wait: true);
        UnsentData.Erase(state, context.Tool.Tool);
        var left = ProofFile.Read(state);
        while (left.Count > 0)
        {
            var address = AddressOf(context, folder, left[0]);
            var sameAddress = left.FindAll(proof => AddressOf(context, folder, proof) == address);
            left.RemoveAll(sameAddress.Contains);
            deletions.Add(await Send(context, state, address, sameAddress));
        }
    }

    // The address at the time of the proof. If that is unknown, only the tool's own folder implies one: the folder of a
    // redirect is named after a hash.
    static Uri? AddressOf(CommandContext context, string folder, DeletionProof proof)
    {
        var address = proof.Endpoint ?? (folder == context.Declared.Tool ? context.Declared.Endpoint : null);
        return address is null ? null : Sender.Allowed(address);
    }

    // 2, 3.
    static async Task<Deletion> Send(
        CommandContext context, StateFolder state, Uri? address, List<DeletionProof> proofs)
    {
        var deletion = new Deletion(Path.GetFileName(state.Path), address?.ToString(), proofs.Count, 0, null);
        if (address is null)
            return deletion with { Error = "the collector's endpoint is unknown or not allowed" };
        using var sender = Sender.To(address, context.Environment);
        while (deletion.Deleted < proofs.Count)
        {
            var count = Math.Min(Sender.MaxProofs, proofs.Count - deletion.Deleted);
            var part = proofs.GetRange(deletion.Deleted, count);
            var reply = await sender.Delete(context.Tool.Tool, part.ConvertAll(proof => proof.Hex));
            if (reply.Outcome != Outcome.Accepted)
                return deletion with { Error = reply.Detail };
            ProofFile.Remove(state, part);
            deletion = deletion with { Deleted = deletion.Deleted + part.Count };
        }

        return deletion;
    }

    static void Report(CommandContext context, List<Deletion> deletions, List<string> withoutId)
    {
        if (deletions.Count == 0)
            context.Say("nothing to delete: this user has no installation id");
        foreach (var deletion in deletions)
        {
            // "Everything" would be wrong if some ids or events remain.
            var everything = deletion.Deleted == deletion.Ids && withoutId.Count == 0;
            if (deletion.Deleted > 0)
                context.Say("deleted: " + (everything
                    ? "everything that " + deletion.Address + " received from this installation ("
                        + Count(deletion.Deleted) + ")"
                    : "the events that " + deletion.Address + " received under " + Count(deletion.Deleted)
                        + " of this installation"));
            if (deletion.Error is not null)
                context.Say("not deleted: " + Failure(context, deletion));
        }

        if (withoutId.Count > 0)
            context.Say("not deleted: the events " + string.Join(", ", withoutId)
                + ", because they carry no installation id");
    }

    // Without an address, trying again can't help.
    static string Failure(CommandContext context, Deletion deletion)
    {
        if (deletion.Ids == 0)
            return deletion.Error!;
        var ids = Count(deletion.Ids - deletion.Deleted);
        return deletion.Address is null
            ? ids + " of folder " + deletion.Folder + ": " + deletion.Error + ". Ask the recipient to delete the data"
            : ids + " at " + deletion.Address + ": " + deletion.Error
                + ". Try again later: `" + context.Tool.Prefix + " delete`";
    }

    static string Count(int ids) => ids == 1 ? "1 id" : ids + " ids";

    static void Write(Utf8JsonWriter json, List<Deletion> deletions, List<string> withoutId)
    {
        json.WriteStartArray("collectors");
        foreach (var deletion in deletions)
        {
            json.WriteStartObject();
            json.WriteString("folder", deletion.Folder);
            json.WriteString("endpoint", deletion.Address);
            json.WriteNumber("ids", deletion.Ids);
            json.WriteNumber("deleted", deletion.Deleted);
            json.WriteString("trouble", deletion.Error);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("without_id");
        foreach (var name in withoutId)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }
}
