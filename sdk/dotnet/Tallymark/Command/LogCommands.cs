// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Json;

namespace Tallymark;

/// <summary><c>preview</c> and <c>log</c>: the exact lines that are queued, and that were sent.</summary>
static class LogCommands
{
    /// <summary>
    /// All lines in the spool and in batches, including those of running processes. Lines that the uploader would set
    /// aside as damaged are only counted, on standard error.
    /// </summary>
    internal static int Preview(CommandContext context)
    {
        var lines = Waiting(context, out var damaged);
        if (damaged > 0)
            context.Say((damaged == 1 ? "1 line is" : damaged + " lines are") + " damaged and will not be sent");
        if (lines.Count == 0)
            context.Say("nothing is queued");
        context.Answer(Text(lines), json => Write(json, "queued", lines));
        return TelemetryCommand.Done;
    }

    /// <summary>All lines that a collector accepted in the last 30 days.</summary>
    internal static int Log(CommandContext context)
    {
        var lines = new List<string>();
        if (context.State is { } state)
        {
            foreach (var batch in OldestFirst(Directory.Exists(state.Sent) ? Directory.GetDirectories(state.Sent) : []))
            {
                // Older batches stay until an uploader runs and removes them.
                if (Directory.GetLastWriteTimeUtc(batch) + Batches.KeptFor >= context.Now)
                    AddAll(lines, batch);
            }
        }

        var waiting = Waiting(context, out _).Count;
        if (lines.Count == 0)
            context.Say("nothing was sent in the last 30 days" + Wait(context, waiting));
        context.Answer(Text(lines), json =>
        {
            Write(json, "sent", lines);
            json.WriteNumber("events_waiting", waiting);
        });
        return TelemetryCommand.Done;
    }

    static string Wait(CommandContext context, int waiting) => waiting == 0
        ? " and nothing is queued"
        : "; " + (waiting == 1 ? "1 event waits" : waiting + " events wait") + " to be sent: `" + context.Tool.Prefix
            + " preview` prints " + (waiting == 1 ? "it" : "them");

    static List<string> Waiting(CommandContext context, out int damaged)
    {
        var lines = new List<string>();
        damaged = 0;
        if (context.State is not { } state)
            return lines;
        AddAll(lines, state.Batches);
        AddAll(lines, state.Splitting);
        var batches = new Batches(state, context.Tool.Tool);
        var unsent = new List<string>();
        AddAll(unsent, state.Building);
        AddAll(unsent, state.Spool);
        foreach (var line in unsent)
        {
            if (batches.IsEvent(Encoding.UTF8.GetBytes(line)))
                lines.Add(line);
            else
                damaged++;
        }

        return lines;
    }

    static string Text(List<string> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
            text.Append(line).Append('\n');
        return text.ToString();
    }

    static void Write(Utf8JsonWriter json, string name, List<string> lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines)
            Write(json, line);
        json.WriteEndArray();
    }

    // A user may have edited a sent or frozen file: a line that is not JSON becomes a JSON string.
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
        foreach (var file in OldestFirst(
            Directory.GetFiles(folder, "*" + SpoolFile.Ending, SearchOption.AllDirectories)))
        {
            if (!Libc.IsOwnFile(file))
                continue;

            // An incomplete last line is ignored.
            var text = Encoding.UTF8.GetString(SpoolFile.ReadBesideItsWriter(file));
            foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n'))
            {
                if (line.Length > 0)
                    lines.Add(line);
            }
        }
    }

    // File names are random, and people read events in the order in which they happened.
    static string[] OldestFirst(string[] paths)
    {
        Array.Sort(paths, (one, other) =>
            File.GetLastWriteTimeUtc(one).CompareTo(File.GetLastWriteTimeUtc(other)) is var order and not 0
                ? order
                : string.CompareOrdinal(one, other));
        return paths;
    }
}
