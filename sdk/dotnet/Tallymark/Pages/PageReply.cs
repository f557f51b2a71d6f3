// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark.Pages;

/// <summary>The JSON texts that a page gets (spec/page.md).</summary>
static class PageReply
{
    internal static byte[] SettingsOn(ToolDefinition tool, string scope, string notice, PageDefinition page) =>
        Write(json =>
        {
            json.WriteString("tool", tool.Tool);
            json.WriteString("title", tool.Title);
            json.WriteBoolean("on", true);
            json.WriteString("scope", scope);
            json.WriteString("notice", notice);
            json.WriteString("more", page.More);
            json.WriteString("contact", page.Contact);
        });

    internal static byte[] SettingsOff(ToolDefinition tool, PageAccess access) => Write(json =>
    {
        json.WriteString("tool", tool.Tool);
        json.WriteString("title", tool.Title);
        json.WriteBoolean("on", false);
        json.WriteString("why", access == PageAccess.Unreachable ? "unreachable" : "server");
    });

    internal static byte[] Counts(string scope, PageRecorder request) => Write(json =>
    {
        json.WriteBoolean("on", true);
        json.WriteString("scope", scope);
        json.WriteNumber("taken", request.Taken);
        json.WriteNumber("known", request.Known);
        json.WriteNumber("dropped", request.Dropped);
    });

    internal static byte[] Off() => Write(json => json.WriteBoolean("on", false));

    static byte[] Write(Action<Utf8JsonWriter> members)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return text.ToArray();
    }
}
