// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Tallymark.AspNetCore;

/// <summary>A refusal in the form of RFC 9457, as the collector sends them. Immutable.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Name">The end of its <c>type</c>.</param>
/// <param name="Title">A sentence for people; never anything that the client sent.</param>
sealed record Problem(int Status, string Name, string Title)
{
    const string Type = "https://tallymark.invalid/problems/";

    internal static readonly Problem CrossSite =
        new(403, "cross-site", "Only pages of this server may send this request");

    internal static readonly Problem TooLarge =
        new(413, "too-large", "The request is too large; send it in parts");

    internal static readonly Problem ContentType =
        new(415, "content-type", "This URL does not accept the content type");

    internal static readonly Problem Busy =
        new(429, "busy", "Too many requests at this moment") { RetryAfter = TimeSpan.FromSeconds(10) };

    static readonly Problem Malformed = new(400, "malformed", "The request is malformed");

    static readonly Problem OtherScope =
        new(409, "other-scope", "The notice with this scope is not in effect here; read the settings again");

    static readonly Problem Spent =
        new(429, "spent", "The pages of this server have recorded as much as a day allows")
        {
            RetryAfter = TimeSpan.FromHours(1),
        };

    static readonly Problem Unavailable =
        new(503, "unavailable", "Nothing can be recorded at this moment; send it again later");

    static readonly Problem Internal = new(500, "internal", "Internal error of the relay");

    TimeSpan? RetryAfter { get; init; }

    /// <summary>More requests than an address may make.</summary>
    internal static Problem TooManyFor(TimeSpan pause) =>
        new(429, "too-many", "Too many requests from this address") { RetryAfter = pause };

    /// <summary>The refusal of a status that the SDK answers.</summary>
    internal static Problem Of(int status) => status switch
    {
        400 => Malformed,
        409 => OtherScope,
        429 => Spent,
        503 => Unavailable,
        _ => Internal,
    };

    internal async Task Send(HttpResponse response)
    {
        using var body = new MemoryStream();
        await using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("type", Type + Name);
            json.WriteString("title", Title);
            json.WriteNumber("status", Status);
            json.WriteEndObject();
        }

        if (RetryAfter is { } pause)
            response.Headers.RetryAfter = Math.Ceiling(pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        response.StatusCode = Status;
        response.ContentType = "application/problem+json";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        await response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
    }
}
