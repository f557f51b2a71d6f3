// SPDX-License-Identifier: MIT
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Tallymark.AspNetCore;

/// <summary>
/// A browser's request not to be tracked: Global Privacy Control or Do Not Track, in the headers of a request.
/// Immutable.
/// </summary>
/// <param name="Why">Its name in the settings (<c>spec/page.md</c>).</param>
sealed record BrowserWish(string Why)
{
    static readonly BrowserWish Gpc = new("gpc");
    static readonly BrowserWish Dnt = new("dnt");

    /// <summary>Null if the browser sends neither.</summary>
    internal static BrowserWish? Of(HttpRequest request) =>
        request.Headers["Sec-GPC"] == "1" ? Gpc : request.Headers["DNT"] == "1" ? Dnt : null;

    /// <summary>The settings that this browser gets: off, of the same tool.</summary>
    /// <param name="settings">The SDK's settings.</param>
    internal byte[] Settings(ReadOnlySpan<byte> settings)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            CopyTool(settings, json);
            json.WriteBoolean("on", false);
            json.WriteString("why", Why);
            json.WriteEndObject();
        }

        return text.ToArray();
    }

    static void CopyTool(ReadOnlySpan<byte> settings, Utf8JsonWriter json)
    {
        // Nothing, if the SDK had no answer.
        if (settings.IsEmpty)
            return;
        var reader = new Utf8JsonReader(settings);
        using var all = JsonDocument.ParseValue(ref reader);
        foreach (var name in (ReadOnlySpan<string>)["tool", "title"])
        {
            if (all.RootElement.TryGetProperty(name, out var value))
                json.WriteString(name, value.GetString());
        }
    }
}
