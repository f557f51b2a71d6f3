// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.Json;

namespace Tallymark.Collector.Operations;

/// <summary>
/// The JSON of a cell query and of its answer, one line per cell, for both ends of the control socket
/// (<c>spec/control.md</c>).
/// </summary>
static class CellLines
{
    const string DayFormat = "yyyy-MM-dd";

    public static void WriteQuery(Utf8JsonWriter json, CellQuery query)
    {
        json.WriteStartObject();
        WriteTexts(json, "events", query.Events);
        WriteTexts(json, "columns", query.Columns);
        json.WriteString("from", query.From.ToString(DayFormat, CultureInfo.InvariantCulture));
        json.WriteString("to", query.To.ToString(DayFormat, CultureInfo.InvariantCulture));
        json.WriteString("installation", query.Installation);
        json.WriteEndObject();
    }

    /// <exception cref="FormatException">A member is missing or malformed.</exception>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static CellQuery ReadQuery(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        try
        {
            var root = document.RootElement;
            return new CellQuery(
                ReadTexts(root.GetProperty("events")),
                ReadTexts(root.GetProperty("columns")),
                DateOnly.ParseExact(root.GetProperty("from").GetString()!, DayFormat, CultureInfo.InvariantCulture),
                DateOnly.ParseExact(root.GetProperty("to").GetString()!, DayFormat, CultureInfo.InvariantCulture),
                root.GetProperty("installation").GetString()
                    ?? throw new FormatException("The installation column is missing."));
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or ArgumentNullException)
        {
            throw new FormatException("Not a cell query.", e);
        }
    }

    public static void Write(Utf8JsonWriter json, Cell cell)
    {
        json.WriteStartObject();
        json.WriteString("day", cell.Day.ToString(DayFormat, CultureInfo.InvariantCulture));
        json.WriteStartArray("values");
        foreach (var value in cell.Values)
            json.WriteStringValue(value); // null is written as null
        json.WriteEndArray();
        json.WriteNumber("occurrences", cell.Occurrences);
        json.WriteStartArray("installations");
        foreach (var installation in cell.Installations)
            json.WriteNumberValue(installation);
        json.WriteEndArray();
        json.WriteStartArray("networks");
        foreach (var network in cell.Networks)
            json.WriteNumberValue(network);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteEnd(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteBoolean("end", value: true);
        json.WriteEndObject();
    }

    /// <summary>Reads a line.</summary>
    /// <returns>Null for the last line of a complete answer.</returns>
    /// <exception cref="ControlException">The line is neither a cell nor the last line.</exception>
    public static Cell? Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.TryGetProperty("end", out var end) && end.GetBoolean())
                return null;
            var values = new List<string?>();
            foreach (var value in root.GetProperty("values").EnumerateArray())
                values.Add(value.GetString());
            var installations = new List<int>();
            foreach (var installation in root.GetProperty("installations").EnumerateArray())
                installations.Add(installation.GetInt32());
            List<long> networks =
                [.. root.GetProperty("networks").EnumerateArray().Select(network => network.GetInt64())];
            if (networks.Count != installations.Count)
                throw new FormatException("A network is missing.");
            return new Cell(
                DateOnly.ParseExact(root.GetProperty("day").GetString()!, DayFormat, CultureInfo.InvariantCulture),
                values, root.GetProperty("occurrences").GetInt64(), installations, networks);
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException
            or InvalidOperationException or ArgumentNullException)
        {
            throw new ControlException("The collector's answer is incomplete. Run the command again.", e);
        }
    }

    static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    static List<string> ReadTexts(JsonElement array)
    {
        var texts = new List<string>();
        foreach (var text in array.EnumerateArray())
            texts.Add(text.GetString() ?? throw new FormatException("A name is missing."));
        return texts;
    }
}
