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
        if (WritablePath(context) is not { } path)
            return TelemetryCommand.NotDone;
        if (context.Choice.On != true)
        {
            if (context.Choice.On == false || context.Choice.Error is not null)
                UnsentData.Erase(context.Declared, context.Environment);
            Choice.Save(path, true, context.Choice.Withheld, context.Now);
        }

        // The user asked for it explicitly, so the notice does not interrupt them, whatever the default is.
        if (context.Notice().NeedsNotice)
            Show(context);
        return Report(context, path);
    }

    /// <summary>Saves first, so that a running process stops recording before its file is removed.</summary>
    internal static int Off(CommandContext context)
    {
        if (WritablePath(context) is not { } path)
            return TelemetryCommand.NotDone;
        Choice.Save(path, false, context.Choice.Withheld, context.Now);
        UnsentData.Erase(context.Declared, context.Environment);
        return Report(context, path);
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
                Receipt.Show(context.Tool, state, channel, context.Now, context.Environment.Say);
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

        if (WritablePath(context) is not { } path)
            return TelemetryCommand.NotDone;
        var fields = new SortedSet<string>(context.Choice.Withheld, StringComparer.Ordinal);
        if (withhold ? fields.Add(field) : fields.Remove(field))
            Choice.Save(path, context.Choice.On, fields, context.Now);
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

    // The path of the choice file. Null, with a message, if nothing can be saved for this user.
    static string? WritablePath(CommandContext context)
    {
        var path = Choice.PathFor(context.Tool.Tool, context.Environment);
        if (path is not null && StateFolder.IsOurs(path) && context.State?.IsOurs() != false)
            return path;
        context.Say("cannot save: "
            + NoticeReasons.Text(path is null ? NoticeState.NoHome : NoticeState.NotOurs, context.Tool));
        return null;
    }

    // A user who saved `on` may read "off", or the other way round. Say that the choice was saved all the same.
    static int Report(CommandContext context, string path)
    {
        var now = new CommandContext(
            context.Declared, context.Json ? ["why", "--json"] : ["why"], context.Environment);
        var code = StatusCommands.Why(now);
        if (now.Consent.Source != ConsentSource.Choice)
            context.Say("`" + context.Words[0] + "` was saved in " + path
                + ", but another setting takes precedence (" + now.Consent.Reason + ")");
        return code;
    }
}
