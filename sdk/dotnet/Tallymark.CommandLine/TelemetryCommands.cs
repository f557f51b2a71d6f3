// SPDX-License-Identifier: MIT
// The `telemetry` command for tools on System.CommandLine: each verb with its help, answered by the generated class.

using System.CommandLine;

namespace Tallymark.CommandLine;

/// <summary>Gives a tool on System.CommandLine its <c>telemetry</c> command and the options of its manifest.</summary>
/// <remarks>Call it while the commands are put together; like them it is not thread safe. Costs some small objects.</remarks>
public static class TelemetryCommands
{
    const string Name = "telemetry";

    /// <summary>The verbs without a field, in the order of the help.</summary>
    static readonly (string Verb, string Help)[] Plain =
    [
        ("status", "Say whether anything is recorded, who receives it, what is queued and what was sent."),
        ("why", "Say who or what decided that telemetry is on or off."),
        ("on", "Switch telemetry on for you, on this machine."),
        ("off", "Switch telemetry off for you, on this machine, and remove what was not sent yet."),
        ("show", "Show every field that may be recorded, why, and where to report a leak."),
        ("preview", "Show the events that wait to be sent."),
        ("log", "Show the events that were sent in the last 30 days."),
        ("upload", "Send what waits now, and say what became of it."),
        ("delete", "Have the collector delete what it got from you, also under earlier ids."),
        ("verify", "Check that nothing can be sent now: exit code 0 if so."),
        ("notice", "Show the notice; in a set-up this is what counts as seen."),
    ];

    /// <summary>The verbs with a field.</summary>
    static readonly (string Verb, string Help)[] OfField =
    [
        ("share", "Let a field be recorded again that you withheld."),
        ("withhold", "Let a field be left out from the next event on."),
    ];

    /// <summary>
    /// Adds <c>telemetry</c> with its verbs, each with <c>--json</c>, and the tool's own options, which are there on every
    /// command below <paramref name="parent"/> too. Their effect is not here: the generated <c>Start(args)</c> sees them.
    /// </summary>
    /// <param name="parent">The tool's root command, or where <c>telemetry</c> belongs.</param>
    /// <param name="command">The generated class's <c>Command</c>.</param>
    /// <param name="fields">Its <c>FieldNames</c>, for completion; what is not among them is refused by the verb itself.</param>
    /// <param name="disableOption">Its <c>DisableOption</c>; null: the manifest has none.</param>
    /// <param name="showOption">Its <c>ShowOption</c>; null: the manifest has none.</param>
    /// <returns>The added command, to hide it or to say more about it.</returns>
    /// <exception cref="ArgumentNullException">One of the first three is null.</exception>
    public static Command AddTelemetry(
        this Command parent, Func<string[], int> command, string[] fields, string? disableOption = null, string? showOption = null)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(fields);
        var disable = AddOption(parent, disableOption, "Record nothing in this run.");
        AddOption(parent, showOption, "Show on standard error what this run records.");
        var json = new Option<bool>("--json") { Description = "Answer in JSON, on standard output.", Recursive = true, Arity = ArgumentArity.Zero };
        var telemetry = new Command(Name, "See, steer and switch off the anonymous usage data of this tool.") { json };
        foreach (var (verb, help) in Plain)
            telemetry.Add(CreateVerb(verb, help, field: null));
        foreach (var (verb, help) in OfField)
        {
            var field = new Argument<string>("FIELD") { HelpName = "FIELD", Description = "A field's name, as `show` lists it." };
            field.CompletionSources.Add(fields);
            telemetry.Add(CreateVerb(verb, help, field));
        }

        parent.Add(telemetry);
        return telemetry;

        Command CreateVerb(string verb, string help, Argument<string>? field)
        {
            var one = new Command(verb, help);
            if (field is not null)
                one.Add(field);
            one.SetAction(parsed =>
            {
                var words = new List<string> { verb };
                if (field is not null)
                    words.Add(parsed.GetRequiredValue(field));
                if (parsed.GetValue(json))
                    words.Add("--json");
                if (disable is not null && parsed.GetValue(disable))
                    words.Add(disable.Name);
                return command([.. words]);
            });
            return one;
        }
    }

    // Without a value: `Start(args)` looks for the very word, so `--no-telemetry=true` must be refused, not half understood.
    static Option<bool>? AddOption(Command parent, string? name, string help)
    {
        if (name is null)
            return null;
        var option = new Option<bool>(name) { Description = help, Recursive = true, Arity = ArgumentArity.Zero };
        parent.Add(option);
        return option;
    }
}
