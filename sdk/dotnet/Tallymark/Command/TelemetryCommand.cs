// SPDX-License-Identifier: MIT
namespace Tallymark;

/// <summary>
/// The <c>telemetry</c> command of a tool, for people and setup scripts. Answers go to standard output; errors and the
/// notice go to standard error.
/// </summary>
/// <remarks>
/// Verbs: <c>status</c> (whether anything is recorded; what is queued and sent), <c>why</c> (which source decided
/// that),
/// <c>on</c> and <c>off</c> (saved; off also erases what was not sent, and the id), <c>share FIELD</c> and
/// <c>withhold FIELD</c> (saved; applies from the next event), <c>show</c> (every field and why), <c>preview</c> (what
/// is queued), <c>log</c> (what was sent in the last 30 days), <c>delete</c> (asks the recipients to delete what they
/// received; erases the queue and starts a new id), <c>upload</c> (send now and wait), <c>verify</c> (check that
/// nothing can be sent now), <c>notice</c> (show it; in a setup program this counts as seen), <c>help</c>. With
/// <c>--json</c> all but <c>notice</c> and <c>help</c> answer in JSON. With the tool's show option, standard error then
/// says what the command recorded: nothing, except that <c>upload</c> may report dropped events.
/// <para>
/// Exit codes: 0 done. 1 not done, with the reason on standard error; for <c>upload</c>: not everything queued was
/// accepted; for <c>delete</c>: not everything was confirmed; for <c>verify</c>: something can be sent. 2 unknown verb
/// or field.
/// </para>
/// </remarks>
public static class TelemetryCommand
{
    internal const int Done = 0;
    internal const int NotDone = 1;
    internal const int Misused = 2;

    const string Verbs =
        """
          status          whether events are recorded, who receives them, what was sent
          why             why telemetry is on or off
          on              turn telemetry on for your user account on this machine
          off             turn it off and erase what was not sent yet
          show            list every field, why it is collected and the leak contact
          share FIELD     record a withheld field again
          withhold FIELD  stop recording a field
          preview         print the queued events exactly as they will be sent
          log             print the events sent in the last 30 days, exactly as sent
          delete          ask the collector to delete all data from this installation
          upload          send the queued events now and print the result
          verify          check that nothing can be sent: exit code 0 if so
          notice          show the notice

        """;

    /// <summary>
    /// Runs a verb. Never throws. Cost: reads some small files; <c>upload</c> and <c>delete</c> wait for the network.
    /// </summary>
    /// <param name="tool">The tool's definition, from generated code.</param>
    /// <param name="args">The command line after the word <c>telemetry</c>.</param>
    /// <param name="texts">The field descriptions, from generated code; <c>show</c> needs them.</param>
    /// <returns>The exit code.</returns>
    public static int Run(ToolDefinition tool, string[] args, string texts = "") =>
        Run(tool, args, texts, SdkEnvironment.Current);

    /// <summary>The same for a library, whose users type something else before the verb.</summary>
    /// <param name="tool">The library's definition, from generated code.</param>
    /// <param name="args">The verb and its argument.</param>
    /// <param name="texts">The field descriptions, from generated code; <c>show</c> needs them.</param>
    /// <param name="prefix">The words before the verb, such as <c>host telemetry --library NAME</c>.</param>
    /// <returns>The exit code.</returns>
    public static int Run(ToolDefinition tool, string[] args, string texts, string prefix)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(prefix);
        return Run(tool.Behind(prefix), args, texts, SdkEnvironment.Current);
    }

    internal static int Run(ToolDefinition tool, string[] args, string texts, SdkEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(args);
        try
        {
            var context = new CommandContext(tool, args, environment);
            var exit = Run(context, texts);
            context.ShowRecorded();
            return context.NotPrinted is null ? exit : ReportNotPrinted(context, exit);
        }
        catch (Exception e)
        {
            return Fail(tool, environment, e);
        }
    }

    static int Run(CommandContext context, string texts) => context.Words switch
    {
        ["preview" or "log" or "delete" or "upload"] when context.State is null => RefuseWithoutHome(context),
        ["status"] => StatusCommands.Status(context),
        ["why"] => StatusCommands.Why(context),
        ["verify"] => StatusCommands.Verify(context),
        ["on"] => ChoiceCommands.On(context),
        ["off"] => ChoiceCommands.Off(context),
        ["share", var field] => ChoiceCommands.Share(context, field),
        ["withhold", var field] => ChoiceCommands.Withhold(context, field),
        ["show"] => ShowCommands.Show(context, texts),
        ["preview"] => LogCommands.Preview(context),
        ["log"] => LogCommands.Log(context),
        ["delete"] => DeleteCommands.Delete(context),
        ["upload"] => UploadCommands.Upload(context),
        ["notice"] => ChoiceCommands.ShowNotice(context),
        ["help" or "--help" or "-h" or "-?"] => Help(context),
        _ => Refuse(context),
    };

    // "Nothing is queued" and "nothing to delete" would be false: the data may be in the home that HOME does not name.
    static int RefuseWithoutHome(CommandContext context)
    {
        context.Say("failed: " + NoticeReasons.Text(NoticeState.NoHome, context.Tool)
            + ". Run it again where HOME names your home folder");
        return NotDone;
    }

    // A verb that only answers has failed if its answer was not written. The others have done what they were asked.
    static int ReportNotPrinted(CommandContext context, int exit)
    {
        var verb = context.Words[0];
        if (verb is not ("on" or "off" or "share" or "withhold" or "delete" or "upload"))
        {
            context.Say("the answer could not be written: " + context.NotPrinted!.TrimEnd('.'));
            return NotDone;
        }

        context.Say((exit == Done ? "`" + verb + "` was done, but " : "") + "the answer could not be written: "
            + context.NotPrinted!.TrimEnd('.'));
        return exit;
    }

    // Writing to standard error may be what failed (a full disk behind it). Then only the exit code reports it.
    static int Fail(ToolDefinition tool, SdkEnvironment environment, Exception cause)
    {
        try
        {
            environment.Say(tool.Prefix + ": failed: " + cause.Message + "\n");
        }
        catch (Exception e)
        {
            SelfLog.Report("An error of the telemetry command could not be reported.", e);
        }

        return NotDone;
    }

    static int Help(CommandContext context)
    {
        context.Environment.Answer(Usage(context.Tool) + "\n" + Verbs);
        return Done;
    }

    static int Refuse(CommandContext context)
    {
        if (context.Words.Length > 0)
            context.Say(Complaint(context.Words));
        context.TrySay(Usage(context.Tool) + "`" + context.Tool.Prefix + " help` lists the verbs.\n");
        return Misused;
    }

    static string Complaint(string[] words)
    {
        var verb = words[0];
        if (!Verbs.Contains("\n  " + verb + " ", StringComparison.Ordinal)
            && !Verbs.StartsWith("  " + verb + " ", StringComparison.Ordinal))
            return "unknown verb `" + verb + "`";
        if (verb is "share" or "withhold")
            return "`" + verb + "` takes one field name; `show` lists the fields";
        return "`" + verb + "` takes no argument except --json, but got `" + words[1] + "`";
    }

    static string Usage(ToolDefinition tool) => "usage: " + tool.Prefix + " VERB [FIELD] [--json]\n";
}
