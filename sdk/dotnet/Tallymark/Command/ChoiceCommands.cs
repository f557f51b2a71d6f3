// SPDX-License-Identifier: MIT
// `on`, `off`, `share`, `withhold`, `notice`: what the user decides, and keeps.

using System.Text.Json;

namespace Tallymark;

static class ChoiceCommands
{
    /// <summary>Begins a new life: what an earlier one may have left is removed first, so that the id is a new one.</summary>
    internal static int On(Question ask)
    {
        if (Place(ask) is not { } place)
            return TelemetryCommand.NotDone;
        if (ask.Choice.On != true)
        {
            if (ask.Choice.On == false || ask.Choice.SelfLog is not null)
                Wipe.Run(ask.Declared, ask.SdkEnvironment);
            Choice.Save(place, true, ask.Choice.Withheld, ask.Now);
        }

        // Asked for in so many words: here and now the notice is no interruption, whatever the default is.
        if (ask.Notice().Asks)
            Show(ask);
        return Tell(ask, place);
    }

    /// <summary>Saved first: a running process stops recording before its file is removed.</summary>
    internal static int Off(Question ask)
    {
        if (Place(ask) is not { } place)
            return TelemetryCommand.NotDone;
        Choice.Save(place, false, ask.Choice.Withheld, ask.Now);
        Wipe.Run(ask.Declared, ask.SdkEnvironment);
        return Tell(ask, place);
    }

    internal static int Share(Question ask, string field) => SaveFields(ask, field, withhold: false);

    internal static int Withhold(Question ask, string field) => SaveFields(ask, field, withhold: true);

    internal static int ShowNotice(Question ask)
    {
        if (!Counts(ask))
        {
            ask.SdkEnvironment.Say(ask.Notice().TextFor(ask.Tool));
            return TelemetryCommand.Done;
        }

        return Show(ask) ? TelemetryCommand.Done : TelemetryCommand.NotDone;
    }

    // A receipt is written only where somebody can have seen the notice.
    static bool Show(Question ask)
    {
        if (ask.State is { } state && state.IsOurs())
        {
            if (Counts(ask))
                Receipt.Show(ask.Tool, state, ask.Now, ask.SdkEnvironment.Say);
            else
                ask.SdkEnvironment.Say(ask.Notice().TextFor(ask.Tool));
            return true;
        }

        var reason = NoticeReasons.Text(ask.State is null ? NoticeState.NoHome : NoticeState.NotOurs, ask.Tool);
        ask.SdkEnvironment.Say(ask.Tool.Notice);
        ask.Say("nothing will be recorded, because " + reason);
        return false;
    }

    static bool Counts(Question ask) => ask.Tool.Channel == NoticeChannel.Setup
        || (ask.Tool.Channel == NoticeChannel.Terminal && ask.SdkEnvironment.IsTerminal(2));

    static int SaveFields(Question ask, string field, bool withhold)
    {
        if (!IsField(ask.Tool.Scope, field))
        {
            ask.Say("no event has a field " + field);
            return TelemetryCommand.Misused;
        }

        if (ask.Choice.SelfLog is not null)
        {
            ask.Say("the saved choice could not be understood: " + ask.Choice.SelfLog + "; `on` or `off` replaces it");
            return TelemetryCommand.NotDone;
        }

        if (Place(ask) is not { } place)
            return TelemetryCommand.NotDone;
        var fields = new SortedSet<string>(ask.Choice.Withheld, StringComparer.Ordinal);
        if (withhold ? fields.Add(field) : fields.Remove(field))
            Choice.Save(place, ask.Choice.On, fields, ask.Now);
        ask.Answer(
            "Withheld from the next event on: " + (fields.Count == 0 ? "nothing" : string.Join(", ", fields)) + "\n",
            json => WriteWithheld(json, fields));
        return TelemetryCommand.Done;
    }

    static void WriteWithheld(Utf8JsonWriter json, IEnumerable<string> fields)
    {
        json.WriteStartArray("withheld");
        foreach (var one in fields)
            json.WriteStringValue(one);
        json.WriteEndArray();
    }

    // The scope has a line `field EVENT FIELD TYPE …` for each (spec/manifest.md).
    static bool IsField(string scope, string field)
    {
        foreach (var line in scope.Split('\n'))
        {
            if (line.Split(' ') is ["field", _, var name, ..] && name == field)
                return true;
        }

        return false;
    }

    // Null, and said, where nothing can be kept for this user.
    static string? Place(Question ask)
    {
        var place = Choice.Place(ask.Tool.Tool, ask.SdkEnvironment);
        if (place is not null && StateFolder.IsOurs(place) && ask.State?.IsOurs() != false)
            return place;
        ask.Say("nothing can be saved, because "
            + NoticeReasons.Text(place is null ? NoticeState.NoHome : NoticeState.NotOurs, ask.Tool));
        return null;
    }

    // Who saved `on` and reads "off" (or the other way round) is told that it was not in vain.
    static int Tell(Question ask, string place)
    {
        var now = new Question(ask.Declared, ask.Json ? ["why", "--json"] : ["why"], ask.SdkEnvironment);
        var code = StatusCommands.Why(now);
        if (now.Consent.Source != ConsentSource.Choice)
            ask.Say("`" + ask.Words[0] + "` is saved in " + place + ", and decides when what decides now is gone");
        return code;
    }
}
