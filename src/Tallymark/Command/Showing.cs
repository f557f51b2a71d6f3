// SPDX-License-Identifier: MIT
// `show`: every field, why it is collected, an example, and where to report a leak, from the manifest's own words.

using System.Collections.Generic;
using System.Text;
using System.Text.Json;

namespace Tallymark;

static class Showing
{
    /// <summary>Shows the texts that generated code hands over with the verb alone, so that no run pays for them.</summary>
    internal static int Show(Question ask, string texts)
    {
        if (texts.Length == 0)
        {
            ask.Say("this build carries no descriptions of its fields");
            return TelemetryCommand.NotDone;
        }

        var lines = new List<string[]>();
        foreach (var line in texts.Split('\n'))
        {
            if (line.Length > 0)
                lines.Add(line.Split('\t'));
        }

        ask.Answer(Text(ask, lines), json => Write(json, ask, lines));
        return TelemetryCommand.Done;
    }

    static string Text(Question ask, List<string[]> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            switch (line)
            {
                case ["event", var name, var why]:
                    text.Append('\n').Append(name).Append(": ").Append(why).Append('\n');
                    break;
                case ["field", var name, var type, var published, var until, var example, var why]:
                    text.Append("  ").Append(name).Append(" (").Append(type).Append(", ").Append(published);
                    if (until.Length > 0)
                        text.Append(", until ").Append(until);
                    if (IsWithheld(ask, name))
                        text.Append(", withheld by you");
                    text.Append("): ").Append(why).Append("\n    for example ").Append(example).Append('\n');
                    break;
                case ["about", var contact, var repository]:
                    text.Append("What ").Append(ask.Tool.Title).Append(" may record, each event with its time and whether it succeeded.\n")
                        .Append("Received by ").Append(ask.Tool.Recipient).Append(". Source: ").Append(repository)
                        .Append("\nReport a suspected leak to ").Append(contact).Append('\n');
                    break;
                default:
                    throw new System.InvalidOperationException("The descriptions of the fields are of another version of Tallymark.");
            }
        }

        return text.ToString();
    }

    static void Write(Utf8JsonWriter json, Question ask, List<string[]> lines)
    {
        json.WriteString("recipient", ask.Tool.Recipient);
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
                WriteField(json, ask, line);
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

    static void WriteField(Utf8JsonWriter json, Question ask, string[] line)
    {
        json.WriteStartObject();
        json.WriteString("name", line[1]);
        json.WriteString("type", line[2]);
        json.WriteBoolean("published", line[3] == "published");
        if (line[4].Length > 0)
            json.WriteString("until", line[4]);
        json.WriteString("example", line[5]);
        json.WriteString("why", line[6]);
        json.WriteBoolean("withheld", IsWithheld(ask, line[1]));
        json.WriteEndObject();
    }

    static bool IsWithheld(Question ask, string field) => System.Array.IndexOf(ask.Choice.Withheld, field) >= 0;
}
