// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Json;

namespace Tallymark;

/// <summary>
/// The <c>telemetry</c> command of a program that uses libraries with telemetry of their own: their users have no other
/// program with which they could read or delete what a library recorded. <c>telemetry --library NAME VERB</c> runs a
/// verb for one library, <c>telemetry libraries</c> lists all of them, every other call is the program's own.
/// </summary>
public static class TelemetryHost
{
    const string Option = "--library";
    const string List = "libraries";

    /// <summary>
    /// Runs a verb of the program or of one of its libraries. Never throws unless a library's method does.
    /// </summary>
    /// <param name="prefix">The words before a verb, such as <c>host telemetry</c>. Messages begin with them.</param>
    /// <param name="args">The command line after the word <c>telemetry</c>.</param>
    /// <param name="own">The program's own <c>Command</c>; null: it has no telemetry of its own.</param>
    /// <param name="libraries">
    /// The name of each library, as users write it, and its method, which gets the verb and what users type before it.
    /// </param>
    /// <returns>The exit code: that of the verb; 2 for an unknown library.</returns>
    public static int Run(
        string prefix, string[] args, Func<string[], int>? own,
        params (string Name, Func<string[], string, int> Command)[] libraries)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(libraries);
        try
        {
            return Choose(prefix, args, own, libraries);
        }
        catch (IOException e)
        {
            SelfLog.Report("An answer of the telemetry command could not be written.", e);
            return TelemetryCommand.NotDone;
        }
    }

    static int Choose(
        string prefix, string[] args, Func<string[], int>? own,
        (string Name, Func<string[], string, int> Command)[] libraries)
    {
        var at = Array.IndexOf(args, Option);
        if (at >= 0)
        {
            var name = at + 1 < args.Length ? args[at + 1] : "";
            foreach (var library in libraries)
            {
                if (library.Name == name)
                    return library.Command([.. args[..at], .. args[(at + 2)..]], PrefixOf(prefix, name));
            }

            Say(prefix + ": " + (name.Length == 0 ? Option + " needs a name" : "there is no library `" + name + "`")
                + ". " + Names(libraries) + "\n");
            return TelemetryCommand.Misused;
        }

        if (args is [List] or [List, "--json"] or ["--json", List])
            return WriteAll(prefix, libraries, json: args.Length > 1);
        if (own is null)
            return WithoutOwn(prefix, libraries, isHelp: args is ["help" or "--help" or "-h" or "-?"]);
        var code = own(args);
        if (args is ["help" or "--help" or "-h" or "-?"] && libraries.Length > 0)
            Answer(Usage(prefix));
        return code;
    }

    static int WriteAll(
        string prefix, (string Name, Func<string[], string, int> Command)[] libraries, bool json)
    {
        if (json)
        {
            using var bytes = new MemoryStream();
            using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
            {
                writer.WriteStartObject();
                writer.WriteStartArray(List);
                foreach (var library in libraries)
                    writer.WriteStringValue(library.Name);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            Answer(Encoding.UTF8.GetString(bytes.ToArray()) + "\n");
            return TelemetryCommand.Done;
        }

        var worst = TelemetryCommand.Done;
        foreach (var library in libraries)
        {
            Answer("`" + PrefixOf(prefix, library.Name) + " VERB`:\n");
            worst = Math.Max(worst, library.Command(["why"], PrefixOf(prefix, library.Name)));
        }

        return worst;
    }

    static int WithoutOwn(
        string prefix, (string Name, Func<string[], string, int> Command)[] libraries, bool isHelp)
    {
        if (isHelp)
            Answer(Usage(prefix));
        else
            Say(prefix + ": this program records nothing itself. " + Names(libraries) + "\n" + Usage(prefix));
        return isHelp ? TelemetryCommand.Done : TelemetryCommand.Misused;
    }

    static string PrefixOf(string prefix, string name) => prefix + " " + Option + " " + name;

    static string Names((string Name, Func<string[], string, int> Command)[] libraries) =>
        libraries.Length == 0 ? "It uses no library that records usage data."
            : "Libraries that may record usage data: "
                + string.Join(", ", Array.ConvertAll(libraries, library => library.Name)) + ".";

    static string Usage(string prefix) =>
        "  libraries       list the libraries that may record usage data, and whether they do\n"
        + "  --library NAME  `" + prefix + " --library NAME VERB` runs a verb for one of them\n";

    static void Say(string text) => SdkEnvironment.Current.Say(text);

    static void Answer(string text) => SdkEnvironment.Current.Answer(text);
}
