// SPDX-License-Identifier: MIT
// The verbs of `TOOL telemetry`: what a person or a set-up script may ask for, and which file answers.

namespace Tallymark;

/// <summary>
/// The <c>telemetry</c> command of a tool. Answers go to standard output, trouble and the notice to standard error.
/// </summary>
/// <remarks>
/// Verbs: <c>status</c> (what is queued and sent, and whether anything is recorded), <c>why</c> (who decided that),
/// <c>on</c> and <c>off</c> (saved; off also removes what was not sent, and the id), <c>share FIELD</c> and
/// <c>withhold FIELD</c> (saved; from the next event on), <c>show</c> (every field and why), <c>preview</c> (what is
/// queued), <c>log</c> (what was sent in the last 30 days), <c>delete</c> (asks those who received something to delete it;
/// what is queued goes, and a new id begins), <c>upload</c> (send now and wait), <c>verify</c> (nothing can be sent now),
/// <c>notice</c> (show it; in a set-up this is what counts as seen), <c>help</c> (these, in words). With <c>--json</c> all but
/// <c>notice</c> and <c>help</c> answer in JSON. Exit codes: 0 done; 1 it could not be done, as standard error says, for <c>upload</c>: not all that was queued
/// was accepted, for <c>delete</c>: not all was confirmed, for <c>verify</c>: something can be sent; 2 no such verb or
/// field.
/// </remarks>
public static class TelemetryCommand
{
    internal const int Done = 0;
    internal const int NotDone = 1;
    internal const int Misused = 2;

    const string Verbs =
        """
          status          whether anything is recorded, who receives it, what is queued and what was sent
          why             who or what decided that telemetry is on or off
          on              switch telemetry on for you, on this machine
          off             switch telemetry off for you, on this machine, and remove what was not sent yet
          show            every field that may be recorded, why, and where to report a leak
          share FIELD     let a field be recorded again that you withheld
          withhold FIELD  let a field be left out from the next event on
          preview         the events that wait to be sent, exactly as they are
          log             the events that were sent in the last 30 days, exactly as they were
          delete          have the collector delete what it got from you, also under earlier ids
          upload          send what waits now, and say what became of it
          verify          check that nothing can be sent now: exit code 0 if so
          notice          show the notice; in a set-up this is what counts as seen

        """;

    /// <summary>Runs a verb. Never throws.</summary>
    /// <param name="tool">The manifest's answers.</param>
    /// <param name="args">The command line after the word <c>telemetry</c>.</param>
    /// <param name="texts">What generated code has to tell of every field; without it there is nothing to <c>show</c>.</param>
    /// <returns>The exit code.</returns>
    public static int Run(ToolDefinition tool, string[] args, string texts = "") => Run(tool, args, texts, SdkEnvironment.Current);

    internal static int Run(ToolDefinition tool, string[] args, string texts, SdkEnvironment surroundings)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(args);
        try
        {
            var ask = new Question(tool, args, surroundings);
            return ask.Words switch
            {
                ["status"] => StatusCommands.Status(ask),
                ["why"] => StatusCommands.Why(ask),
                ["verify"] => StatusCommands.Verify(ask),
                ["on"] => ChoiceCommands.On(ask),
                ["off"] => ChoiceCommands.Off(ask),
                ["share", var field] => ChoiceCommands.Share(ask, field),
                ["withhold", var field] => ChoiceCommands.Withhold(ask, field),
                ["show"] => ShowCommands.Show(ask, texts),
                ["preview"] => LogCommands.Preview(ask),
                ["log"] => LogCommands.Log(ask),
                ["delete"] => DeleteCommands.Delete(ask),
                ["upload"] => UploadCommands.Upload(ask),
                ["notice"] => ChoiceCommands.ShowNotice(ask),
                ["help" or "--help" or "-h" or "-?"] => Help(ask),
                _ => Refuse(ask),
            };
        }
        catch (Exception e)
        {
            return Fail(tool, surroundings, e);
        }
    }

    // Standard error may be what has failed (a full disk behind it): then the exit code alone says so.
    static int Fail(ToolDefinition tool, SdkEnvironment surroundings, Exception cause)
    {
        try
        {
            surroundings.Say(tool.Tool + " telemetry: it could not be done: " + cause.Message + "\n");
        }
        catch (Exception e)
        {
            SelfLog.Report("The trouble of a verb could not be told.", e);
        }

        return NotDone;
    }

    static int Help(Question ask)
    {
        ask.SdkEnvironment.Answer(Usage(ask.Tool) + Verbs);
        return Done;
    }

    static int Refuse(Question ask)
    {
        if (ask.Words.Length > 0)
            ask.Say(Complaint(ask.Words));
        ask.SdkEnvironment.Say(Usage(ask.Tool) + "`" + ask.Tool.Tool + " telemetry help` says what each of them does.\n");
        return Misused;
    }

    static string Complaint(string[] words)
    {
        var verb = words[0];
        if (!Verbs.Contains("\n  " + verb + " ", StringComparison.Ordinal) && !Verbs.StartsWith("  " + verb + " ", StringComparison.Ordinal))
            return "there is no verb `" + verb + "`";
        if (verb is "share" or "withhold")
            return "`" + verb + "` takes the name of one field, as `show` lists it";
        return "`" + verb + "` takes nothing but --json, and here stands `" + words[1] + "`";
    }

    static string Usage(ToolDefinition tool) => "usage: " + tool.Tool
        + " telemetry status | why | on | off | show | share FIELD | withhold FIELD | preview | log | delete | upload | verify | notice   [--json]\n";
}
