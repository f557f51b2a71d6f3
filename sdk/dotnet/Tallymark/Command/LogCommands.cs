// SPDX-License-Identifier: MIT
// `preview` and `log`: the very lines that are queued, and that were sent.

using System.Text;
using System.Text.Json;

namespace Tallymark;

static class LogCommands
{
    /// <summary>
    /// All that lies in the spool and in batches, also of processes that still run, but for lines that the uploader would set aside as damaged:
    /// they are counted on standard error.
    /// </summary>
    internal static int Preview(Question ask)
    {
        var lines = new List<string>();
        var damaged = 0;
        if (ask.State is { } state)
        {
            AddAll(lines, state.Batches);
            AddAll(lines, state.Splitting);
            var batches = new Batches(state, ask.Tool.Tool);
            var waiting = new List<string>();
            AddAll(waiting, state.Building);
            AddAll(waiting, state.Spool);
            foreach (var line in waiting)
            {
                if (batches.IsEvent(Encoding.UTF8.GetBytes(line)))
                    lines.Add(line);
                else
                    damaged++;
            }
        }

        if (damaged > 0)
            ask.Say((damaged == 1 ? "1 line is" : damaged + " lines are") + " damaged and will not be sent");
        return Tell(ask, "queued", lines);
    }

    /// <summary>All that a collector accepted in the last 30 days.</summary>
    internal static int Log(Question ask)
    {
        var lines = new List<string>();
        if (ask.State is { } state)
        {
            foreach (var batch in OldestFirst(Directory.Exists(state.Sent) ? Directory.GetDirectories(state.Sent) : []))
            {
                // An uploader removes what is older, when one runs.
                if (Directory.GetLastWriteTimeUtc(batch) + Batches.KeptFor >= ask.Now)
                    AddAll(lines, batch);
            }
        }

        return Tell(ask, "sent", lines);
    }

    static int Tell(Question ask, string name, List<string> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
            text.Append(line).Append('\n');
        if (lines.Count == 0)
            ask.Say("nothing is " + (name == "queued" ? "queued" : "known to have been sent in the last 30 days"));
        ask.Answer(text.ToString(), json =>
        {
            json.WriteStartArray(name);
            foreach (var line in lines)
                Write(json, line);
            json.WriteEndArray();
        });
        return TelemetryCommand.Done;
    }

    // Somebody may have changed a file that was put away or frozen: what is no JSON is shown as the text that it is.
    static void Write(Utf8JsonWriter json, string line)
    {
        try
        {
            using var whole = JsonDocument.Parse(line);
            json.WriteRawValue(line, skipInputValidation: true);
        }
        catch (JsonException)
        {
            json.WriteStringValue(line);
        }
    }

    static void AddAll(List<string> lines, string folder)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (var file in OldestFirst(Directory.GetFiles(folder, "*" + SpoolFile.Ending, SearchOption.AllDirectories)))
        {
            // Half a line at the end does not count.
            var text = Encoding.UTF8.GetString(SpoolFile.ReadBesideItsWriter(file));
            foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n'))
            {
                if (line.Length > 0)
                    lines.Add(line);
            }
        }
    }

    // Names are random; a person reads in the order in which it happened.
    static string[] OldestFirst(string[] paths)
    {
        System.Array.Sort(paths, (one, other) =>
            File.GetLastWriteTimeUtc(one).CompareTo(File.GetLastWriteTimeUtc(other)) is var times and not 0
                ? times
                : string.CompareOrdinal(one, other));
        return paths;
    }
}
