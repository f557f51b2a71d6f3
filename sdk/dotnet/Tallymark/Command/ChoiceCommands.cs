// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark;

/// <summary>
/// <c>on</c>, <c>off</c>, <c>share</c>, <c>withhold</c>, <c>notice</c>: the verbs that save something.
/// </summary>
static class ChoiceCommands
{
    /// <summary>Starts under a new id: data that an interrupted <c>off</c> may have left is erased first.</summary>
    internal static int On(CommandContext context)
    {
        var isLost = context.Notice().State == NoticeState.Refused && context.Choice.On != false;
        if (context.Choice.On != true || isLost)
        {
            if (context.Choice.On == false || context.Choice.Error is not null || isLost)
                UnsentData.Erase(context.Declared, context.Environment);
            if (!TrySave(context, true, context.Choice.Withheld))
                return TelemetryCommand.NotDone;
            if (isLost)
                context.Say("your earlier choice was lost: if you had withheld fields, withhold them again");
        }

        // The user asked for it explicitly, so the notice does not interrupt them, whatever the default is.
        if (context.Notice().NeedsNotice)
            Show(context);
        return Report(context, wanted: true);
    }

    /// <summary>
    /// 1. Saves, so that a running process stops recording before its file is removed. 2. Erases, whether that worked
    /// or not. 3. Saves again if a place failed: on a full disk the erasure made room. 4. If no place can be written,
    /// removes the receipts, so that nothing is recorded before the notice is seen again.
    /// </summary>
    internal static int Off(CommandContext context)
    {
        var saved = Save();
        string? notErased = null;
        try
        {
            UnsentData.Erase(context.Declared, context.Environment);
        }
        catch (IOException e)
        {
            notErased = e.Message;
        }

        if (saved.Failures.Count > 0)
            saved = Save();
        if (saved.Paths.Count == 0)
            return NotSaved(context, saved, notErased);
        if (saved.Failures.Count > 0)
            context.Say("saved, but not in " + string.Join(", ", saved.Failures));
        if (notErased is not null)
            context.Say("saved, but not everything was erased: " + notErased.TrimEnd('.')
                + "; the next run tries again");
        var code = Report(context, wanted: false);
        return notErased is null ? code : TelemetryCommand.NotDone;

        SavedChoice Save() =>
            SavedChoice.Save(context.Declared, context.Environment, false, context.Choice.Withheld);
    }

    internal static int Share(CommandContext context, string field) => SaveFields(context, field, withhold: false);

    internal static int Withhold(CommandContext context, string field) => SaveFields(context, field, withhold: true);

    internal static int ShowNotice(CommandContext context)
    {
        if (SeenOn(context) == NoticeChannels.None)
        {
            context.Environment.Say(context.Notice().TextFor(context.Tool));
            return TelemetryCommand.Done;
        }

        return Show(context) ? TelemetryCommand.Done : TelemetryCommand.NotDone;
    }

    // Writes a receipt only if a person can have seen the notice.
    static bool Show(CommandContext context)
    {
        if (context.State is { } state && state.IsOurs())
        {
            if (SeenOn(context) is not NoticeChannels.None and var channel)
                Receipt.Show(
                    context.Tool, state, channel, context.Now, Standing(context), context.Environment.Say);
            else
                context.Environment.Say(context.Notice().TextFor(context.Tool));
            return true;
        }

        var reason = NoticeReasons.Text(
            context.State is null ? NoticeState.NoHome : NoticeState.NotOurs, context.Tool);
        context.Environment.Say(context.Tool.Notice);
        context.Say("nothing will be recorded: " + reason);
        return false;
    }

    // The choice is read again: `on` has just saved it.
    static Refusal Standing(CommandContext context) => RefusalMark.Standing(
        context.Declared, context.Environment, ChoiceFiles.Of(context.Tool.Tool, context.Environment).Read());

    // The channel on which the notice counts as seen if it is printed now; none: it does not.
    static NoticeChannels SeenOn(CommandContext context)
    {
        var channels = context.Tool.Channels;
        if ((channels & NoticeChannels.Setup) != NoticeChannels.None)
            return NoticeChannels.Setup;
        return context.Environment.IsTerminal(2) ? channels & NoticeChannels.Terminal : NoticeChannels.None;
    }

    static int SaveFields(CommandContext context, string field, bool withhold)
    {
        if (ScopeText.Parse(context.Tool.Scope)?.HasField(field) != true)
        {
            context.Say("there is no field `" + field + "`; `show` lists the fields");
            return TelemetryCommand.Misused;
        }

        if (context.Choice.Error is not null)
        {
            context.Say("your saved choice cannot be used: " + context.Choice.Error + "; `on` or `off` replaces it");
            return TelemetryCommand.NotDone;
        }

        if (context.Notice().State == NoticeState.Refused)
        {
            context.Say("your saved choice was lost; `on` or `off` replaces it");
            return TelemetryCommand.NotDone;
        }

        var fields = new SortedSet<string>(context.Choice.Withheld, StringComparer.Ordinal);
        if ((withhold ? fields.Add(field) : fields.Remove(field)) && !TrySave(context, context.Choice.On, fields))
            return TelemetryCommand.NotDone;
        context.Answer(
            fields.Count == 0 ? "No fields are withheld.\n" : "Withheld fields: " + string.Join(", ", fields) + "\n",
            json => WriteWithheld(json, fields));
        return TelemetryCommand.Done;
    }

    static void WriteWithheld(Utf8JsonWriter json, IEnumerable<string> fields)
    {
        json.WriteStartArray("withheld");
        foreach (var field in fields)
            json.WriteStringValue(field);
        json.WriteEndArray();
    }

    // Every place must agree: one that still has the old choice would win where it refuses more.
    static bool TrySave(CommandContext context, bool? on, IEnumerable<string> fields)
    {
        var marked = new List<string>();
        RefusalMark.Lower(context.Declared, context.Environment, RefusalMark.Of(on, fields), marked);
        if (marked.Count > 0)
        {
            context.Say("cannot save: " + string.Join(", ", marked));
            return false;
        }

        var saved = SavedChoice.Save(context.Declared, context.Environment, on, fields);
        if (saved.Paths.Count == 0)
        {
            context.Say("cannot save: " + WhyNot(context, saved));
            return false;
        }

        var now = ChoiceFiles.Of(context.Tool.Tool, context.Environment).Read();
        var withheld = new HashSet<string>(now.Withheld, StringComparer.Ordinal);
        if (now.On == on && now.Error is null && withheld.SetEquals(fields))
            return true;
        context.Say("not saved everywhere: " + WhyNot(context, saved)
            + "; while the places differ, whatever refuses more applies");
        return false;
    }

    // Without a choice the receipts decide: where all could be removed, nothing is recorded before the notice is seen
    // again.
    static int NotSaved(CommandContext context, SavedChoice saved, string? notErased)
    {
        if (context.State is null)
        {
            context.Say("cannot save: " + WhyNot(context, saved) + ". Nothing is recorded here, but nothing was changed"
                + " or erased: run `off` again where HOME names your home folder");
            return TelemetryCommand.NotDone;
        }

        var left = new List<string>();
        foreach (var state in StateFolder.AllOf(context.Declared, context.Environment))
        {
            if (Directory.Exists(state.Path) && WhyNotForgotten(context, state) is { } failure)
                left.Add(state.Path + ": " + failure);
        }

        context.Say("cannot save: " + WhyNot(context, saved) + ". "
            + (notErased is not null ? "Not all unsent data was erased: " + notErased.TrimEnd('.') + ". "
                : left.Count == 0 ? "The unsent data was erased. " : "")
            + (left.Count == 0 ? "Nothing is recorded before the notice is shown again"
                : "Telemetry is not off, because the receipt of the notice stays: " + string.Join(", ", left)));
        return TelemetryCommand.NotDone;
    }

    // Why the receipts in that folder stay; null: none is left.
    static string? WhyNotForgotten(CommandContext context, StateFolder state)
    {
        if (!state.IsOurs())
            return "the folder belongs to another user, who can run `off`";
        try
        {
            Receipt.Forget(state);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then nothing is recorded all the same.
            return e.Message.TrimEnd('.') + (state.IsUsable(out var problem)
                ? ""
                : " (nothing is recorded as long as this is so: " + NoticeReasons.Text(problem, context.Tool) + ")");
        }
    }

    static string WhyNot(CommandContext context, SavedChoice saved)
    {
        if (saved.Failures.Count == 0)
            return NoticeReasons.Text(NoticeState.NoHome, context.Tool);
        return string.Join(", ", saved.Failures);
    }

    // A user who saved `on` may read "off", or the other way round. Say that the choice was saved all the same.
    static int Report(CommandContext context, bool wanted)
    {
        var now = new CommandContext(
            context.Declared, context.Json ? ["why", "--json"] : ["why"], context.Environment);
        var code = StatusCommands.Why(now, context);
        if (now.Consent.Source != ConsentSource.Choice)
            context.Say("`" + context.Words[0] + "` was saved in "
                + ChoiceFiles.Of(context.Tool.Tool, context.Environment).First
                + ", but another setting takes precedence (" + now.Consent.Reason + ")");
        else if (now.Consent.On != wanted)
            return TelemetryCommand.NotDone;
        return code;
    }
}
