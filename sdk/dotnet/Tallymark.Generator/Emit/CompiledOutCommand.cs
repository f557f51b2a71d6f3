// SPDX-License-Identifier: MIT

using static Tallymark.Generator.Emit.CodeWriter;

namespace Tallymark.Generator.Emit;

/// <summary>
/// Writes the command <c>TOOL telemetry ...</c> of a build without telemetry. The build does not contain the SDK, so
/// the generated code contains the answers. Commands that only show something succeed (exit code 0). Commands that
/// would save or delete something fail (1), except <c>off</c>, since telemetry is off.
/// </summary>
static class CompiledOutCommand
{
    // One answer for all commands: it has the members of each command's answer, with the same meaning.
    const string Json =
        """
        "compiled_out": true,
        "on": false,
        "source": "build",
        "name": null,
        "value": null,
        "because_of": "this build, which has no telemetry",
        "recorded": false,
        "notice": "none",
        "not_seen_yet": [],
        "recipient_side": null,
        "not_written": null,
        "nothing_because": "this build has no telemetry",
        "settings": null,
        "redirected_to": null,
        "new_id_since": null,
        "not_uploaded_since": null,
        "last_answer": null,
        "nothing_can_be_sent": true,
        "recipient": null,
        "endpoint": null,
        "folder": null,
        "files_not_sent": 0,
        "batches_accepted": 0,
        "batches_rejected": 0,
        "files_damaged": 0,
        "events_dropped": 0,
        "next_upload": null,
        "distributor": null,
        "contact": null,
        "repository": null,
        "events": [],
        "withheld": [],
        "queued": [],
        "sent": [],
        "events_waiting": 0,
        "accepted": 0,
        "rejected": 0,
        "not_stored": {},
        "batches_waiting": 0,
        "trouble": null,
        "collectors": [],
        "without_id": []
        """;

    public static void Write(CodeWriter code, ToolModel tool, string sentence)
    {
        var options = (tool.Option is null ? "" : " && word != DisableOption")
            + (tool.ShowOption is null ? "" : " && word != ShowOption");
        code.Line().Lines(
            $$"""
            /// <summary>
            /// Runs one of the commands of <c>{{Documentation.XmlText(tool.Command)}} telemetry</c>: this build has no
            /// telemetry.
            /// </summary>
            /// <param name="args">The arguments after the word <c>telemetry</c>.</param>
            /// <returns>The exit code.</returns>
            public static int Command(string[] args)
            {
                var json = false;
                var words = new global::System.Collections.Generic.List<string>();
                foreach (var word in args)
                {
                    json |= word == "--json";
                    if (word != "--json"{{options}})
                        words.Add(word);
                }

                var verb = words.Count == 0 ? "" : words[0];
                if (verb is "help" or "--help" or "-h" or "-?")
                {
                    global::System.Console.Out.Write({{Literal(sentence + "\n" + Usage(tool))}});
                    return 0;
                }

                var takesField = verb is "share" or "withhold";
                if (words.Count != (takesField ? 2 : 1) || !IsVerb(verb))
                {
                    global::System.Console.Error.Write({{Literal(sentence + "\n" + Usage(tool))}});
                    return 2;
                }

                var toOutput = verb is "status" or "why" or "verify" or "off" or "show";
                if (json && verb != "notice")
                    global::System.Console.Out.Write({{Literal(JsonOf(tool))}});
                else
                    (toOutput ? global::System.Console.Out : global::System.Console.Error)
                        .Write({{Literal(sentence + "\n")}});
                if (verb is "off" or "delete" && !json)
                    global::System.Console.Error.Write({{Literal(OtherBuilds(tool))}});
                return verb is "on" or "share" or "withhold" or "delete" ? 1 : 0;

                static bool IsVerb(string verb) =>
                    verb is "status" or "why" or "verify" or "on" or "off" or "show" or "share" or "withhold"
                        or "preview" or "log" or "upload" or "delete" or "notice";
            }
            """);
    }

    /// <summary>The overloads for hosts of libraries, with types of the framework only.</summary>
    public static void WriteOverloads(CodeWriter code, ToolModel tool)
    {
        code.Line().Lines(
            """
            /// <summary>The same for a library: this build has no telemetry.</summary>
            /// <param name="args">The verb and its argument.</param>
            /// <param name="prefix">The words that users type before the verb.</param>
            /// <returns>The exit code.</returns>
            public static int Command(string[] args, string prefix) => Command(args);

            /// <summary>
            /// Runs one of these commands, or with <c>--library NAME</c> one of a library that the program uses.
            /// </summary>
            /// <param name="args">The arguments after the word <c>telemetry</c>.</param>
            /// <param name="libraries">The name of each library and its method.</param>
            /// <returns>The exit code.</returns>
            """);
        code.Lines(
            $$"""
            public static int Command(
                string[] args,
                params (string Name, global::System.Func<string[], string, int> Command)[] libraries)
            {
                var at = global::System.Array.IndexOf(args, "--library");
                foreach (var (name, command) in libraries)
                {
                    if (args is ["libraries", ..])
                        global::System.Console.Out.WriteLine(name);
                    else if (at >= 0 && at + 1 < args.Length && args[at + 1] == name)
                    {
                        return command(
                            [.. args[..at], .. args[(at + 2)..]],
                            {{Literal(tool.Command + " telemetry --library ")}} + name);
                    }
                }

                return args is ["libraries", ..] ? 0 : Command(args);
            }
            """);
    }

    static string JsonOf(ToolModel tool) =>
        "{\n  \"tool\": \"" + tool.Tool + "\",\n  " + Json.Replace("\r", "").Replace("\n", "\n  ") + "\n}\n";

    static string Usage(ToolModel tool) =>
        $"usage: {tool.Command} telemetry VERB [FIELD] [--json]\n"
        + "verbs: status, why, on, off, show, share FIELD, withhold FIELD, preview, log,\n"
        + "       upload, verify, delete, notice\n";

    // A user who wants to delete everything must know that this build can't see the data of another one.
    static string OtherBuilds(ToolModel tool) =>
        $"Data stored on this machine by another build of {tool.Title}\nis not deleted by this build.\n";
}
