// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Kmpkg.Tests;

/// <summary>One event.</summary>
sealed record Line(string Text, string Event, string Status, string[] Fields, JsonElement Values)
{
    public string this[string field] => Values.GetProperty(field).GetRawText();

    public static Line Read(string text)
    {
        var line = JsonDocument.Parse(text).RootElement;
        var fields = line.GetProperty("fields");
        return new(
            text, line.GetProperty("event").GetString()!, line.GetProperty("status").GetString()!,
            [.. fields.EnumerateObject().Select(f => f.Name)], fields);
    }
}
