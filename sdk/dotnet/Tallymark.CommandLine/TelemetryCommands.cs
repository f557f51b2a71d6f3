// SPDX-License-Identifier: MIT
using System.CommandLine;

namespace Tallymark.CommandLine;

/// <summary>
/// Adds the <c>telemetry</c> command and the options of the manifest to a tool built on System.CommandLine. The
/// generated class runs the verbs.
/// </summary>
/// <remarks>
/// Call it while you build the commands. Not thread-safe, as the commands themselves. Cost: some small objects.
/// </remarks>
public static class TelemetryCommands
{
    const string Name = "telemetry";

    /// <summary>The verbs without an argument, in the order of the help.</summary>
    static readonly (string Verb, string Help)[] WithoutField =
    [
        ("status", "Show whether events are recorded, who receives them and what was sent."),
        ("why", "Show why telemetry is on or off."),
        ("on", "Turn telemetry on for your user account on this machine."),
        ("off", "Turn telemetry off and erase what was not sent yet."),
        ("show", "List every field, why it is collected and where to report a leak."),
        ("preview", "Print the queued events exactly as they will be sent."),
        ("log", "Print the events sent in the last 30 days, exactly as sent."),
        ("upload", "Send the queued events now and print the result."),
        ("delete", "Ask the collector to delete all data from this installation."),
        ("verify", "Check that nothing can be sent: exit code 0 if so."),
        ("notice", "Show the notice."),
    ];

    /// <summary>The verbs that take a field name.</summary>
    static readonly (string Verb, string Help)[] WithField =
    [
        ("share", "Record a withheld field again."),
        ("withhold", "Stop recording a field."),
    ];

    /// <summary>
    /// Adds <c>telemetry</c> with its verbs, each with <c>--json</c>, and the tool's own options, which every command
    /// below <paramref name="parent"/> gets too. The generated <c>Start(args)</c> reads those options itself.
    /// </summary>
    /// <param name="parent">The tool's root command, or the command that gets <c>telemetry</c>.</param>
    /// <param name="command">The generated class's <c>Command</c>.</param>
    /// <param name="fields">Its <c>FieldNames</c>, for completion; the verb itself rejects all others.</param>
    /// <param name="disableOption">Its <c>DisableOption</c>; null: the manifest has none.</param>
    /// <param name="showOption">Its <c>ShowOption</c>; null: the manifest has none.</param>
    /// <param name="libraries">
    /// The names of libraries with telemetry of their own: adds <c>libraries</c> and <c>--library NAME</c>, which
    /// <paramref name="command"/> gets too, as the generated <c>Command(args, libraries)</c> takes it. Default: none.
    /// </param>
    /// <returns>The added command, for example to hide it or to change its description.</returns>
    /// <exception cref="ArgumentNullException">One of the first three is null.</exception>
    public static Command AddTelemetry(
        this Command parent,
        Func<string[], int> command,
        string[] fields,
        string? disableOption = null,
        string? showOption = null,
        string[]? libraries = null)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(fields);
        var disable = AddOption(parent, disableOption, "Record nothing in this run.");
        AddOption(parent, showOption, "Print this run's events to standard error.");
        var json = new Option<bool>("--json")
        {
            Description = "Answer in JSON, on standard output.",
            Recursive = true,
            Arity = ArgumentArity.Zero,
        };
        var telemetry = new Command(Name, "View this tool's anonymous usage data and control its collection.") { json };
        Option<string>? library = null;
        if (libraries is { Length: > 0 })
            library = AddLibraries(libraries);
        foreach (var (verb, help) in WithoutField)
            telemetry.Add(CreateVerb(verb, help, field: null));
        foreach (var (verb, help) in WithField)
        {
            var field = new Argument<string>("FIELD")
            {
                HelpName = "FIELD",
                Description = "A field name; `show` lists them.",
            };
            field.CompletionSources.Add(fields);
            telemetry.Add(CreateVerb(verb, help, field));
        }

        // `TOOL telemetry help` works in tools without System.CommandLine, so it works here too.
        var list = CreateVerb("help", "List the verbs.", field: null);
        list.Hidden = true;
        telemetry.Add(list);
        parent.Add(telemetry);
        return telemetry;

        Option<string> AddLibraries(string[] names)
        {
            var named = new Option<string>("--library")
            {
                Description = "Run the verb for a library that this tool uses; `libraries` lists them.",
                HelpName = "NAME",
                Recursive = true,
            };
            named.CompletionSources.Add(names);
            telemetry.Add(named);
            telemetry.Add(
                CreateVerb("libraries", "List the libraries that may record usage data, and whether they do.", null));
            return named;
        }

        Command CreateVerb(string verb, string help, Argument<string>? field)
        {
            var created = new Command(verb, help);
            if (field is not null)
                created.Add(field);
            created.SetAction(parsed =>
            {
                var words = new List<string> { verb };
                if (field is not null)
                    words.Add(parsed.GetRequiredValue(field));
                if (library is not null && parsed.GetValue(library) is { } name)
                    words.AddRange([library.Name, name]);
                if (parsed.GetValue(json))
                    words.Add("--json");
                if (disable is not null && parsed.GetValue(disable))
                    words.Add(disable.Name);
                return command([.. words]);
            });
            return created;
        }
    }

    // The option takes no value: `Start(args)` looks for the exact word, so `--no-telemetry=true` has to be an error.
    static Option<bool>? AddOption(Command parent, string? name, string help)
    {
        if (name is null)
            return null;
        var option = new Option<bool>(name) { Description = help, Recursive = true, Arity = ArgumentArity.Zero };
        parent.Add(option);
        return option;
    }
}
