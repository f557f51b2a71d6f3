// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Json;

namespace Tallymark;

/// <summary>
/// <c>show</c>: every field, why it is collected, an example, and where to report a leak, in the manifest's own words.
/// </summary>
static class ShowCommands
{
    const string Mail = "mailto:";

    /// <summary>
    /// Prints the texts, which generated code passes only with this command, so that no run pays for them.
    /// </summary>
    internal static int Show(CommandContext context, string texts)
    {
        if (texts.Length == 0)
        {
            context.Say("this build contains no field descriptions");
            return TelemetryCommand.NotDone;
        }

        var lines = new List<string[]>();
        foreach (var line in texts.Split('\n'))
        {
            if (line.Length > 0)
                lines.Add(line.Split('\t'));
        }

        context.Answer(Text(context, lines), json => Write(json, context, lines));
        return TelemetryCommand.Done;
    }

    static string Text(CommandContext context, List<string[]> lines)
    {
        var text = new StringBuilder();
        var common = InAll(lines);
        foreach (var line in lines)
        {
            switch (line)
            {
                case ["event", var name, var why]:
                    text.Append('\n').Append(name).Append(": ").Append(why).Append('\n');
                    break;
                case ["field", ..] when common.Contains(string.Join('\t', line)):
                    break;
                case ["field", _, _, _, _, _, _, ..]:
                    AddField(text, context, line);
                    break;
                case ["about", var contact, var repository]:
                    var person = contact.StartsWith(Mail, StringComparison.Ordinal) ? contact[Mail.Length..] : contact;
                    text.Append(context.Tool.Title)
                        .Append(" may record these events, each with its time and whether it succeeded.\n")
                        .Append("Recipient: ").Append(context.Tool.Recipient)
                        .Append("\nSource code: ").Append(repository)
                        .Append("\nReport a suspected leak to ").Append(person).Append('\n');
                    if (common.Count > 0)
                        text.Append("\nIn every event:\n");
                    foreach (var field in common)
                        AddField(text, context, field.Split('\t'));
                    break;
                default:
                    throw new InvalidOperationException(
                        "The field descriptions are from another version of Tallymark. Rebuild the tool.");
            }
        }

        return text.ToString();
    }

    static void AddField(StringBuilder text, CommandContext context, string[] line)
    {
        text.Append("  ").Append(line[1]).Append(" (").Append(line[2]).Append(", ").Append(line[3]);
        if (line[4].Length > 0)
            text.Append(", until ").Append(line[4]);
        if (IsWithheld(context, line[1]))
            text.Append(", withheld by you");
        text.Append("): ").Append(line[6]).Append("\n    for example ").Append(line[5]).Append('\n');
        if (AllowedOf(line) is { } allowed)
            text.Append("    ").Append(allowed).Append('\n');
    }

    // The values or buckets, in words; null: the type alone says what is allowed.
    static string? AllowedOf(string[] line) => line.Length > 7 && line[7].Length > 0 ? line[7] : null;

    /// <summary>
    /// The fields that every event has, in order; they are printed once. Empty for a tool with a single event.
    /// </summary>
    static List<string> InAll(List<string[]> lines)
    {
        List<string>? inAll = null;
        var events = 0;
        var at = 0;
        while (at < lines.Count)
        {
            if (lines[at++] is not ["event", ..])
                continue;
            events++;
            var fields = new List<string>();
            for (; at < lines.Count && lines[at] is ["field", ..]; at++)
                fields.Add(string.Join('\t', lines[at]));
            if (inAll is null)
                inAll = fields;
            else
                inAll.RemoveAll(field => !fields.Contains(field));
        }

        return events > 1 ? inAll! : [];
    }

    static void Write(Utf8JsonWriter json, CommandContext context, List<string[]> lines)
    {
        json.WriteString("recipient", context.Tool.Recipient);
        json.WriteString("contact", lines[0][1]);
        json.WriteString("repository", lines[0][2]);
        json.WriteStartArray("events");
        var open = false;
        foreach (var line in lines)
        {
            if (line is ["event", var name, var why])
            {
                if (open)
                    EndEvent(json);
                open = true;
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("why", why);
                json.WriteStartArray("fields");
            }
            else if (line[0] == "field")
                WriteField(json, context, line);
        }

        if (open)
            EndEvent(json);
        json.WriteEndArray();
    }

    static void EndEvent(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteField(Utf8JsonWriter json, CommandContext context, string[] line)
    {
        json.WriteStartObject();
        json.WriteString("name", line[1]);
        json.WriteString("type", line[2]);
        json.WriteBoolean("published", line[3] == "published");
        if (line[4].Length > 0)
            json.WriteString("until", line[4]);
        json.WriteString("example", line[5]);
        json.WriteString("why", line[6]);
        json.WriteString("allowed", AllowedOf(line));
        json.WriteBoolean("withheld", IsWithheld(context, line[1]));
        json.WriteEndObject();
    }

    static bool IsWithheld(CommandContext context, string field) => Array.IndexOf(context.Choice.Withheld, field) >= 0;
}
