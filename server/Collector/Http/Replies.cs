// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Http;

/// <summary>Writes replies through a buffer, so that their length is known and none is sent in part.</summary>
static class Replies
{
    const string ProblemType = "https://tallymark.invalid/problems/";

    /// <summary>The reply to a batch that is on disk (spec/wire.md).</summary>
    public static Task AcceptedAsync(HttpResponse response, Guid batch, long received, long stored, Drops drops) =>
        JsonAsync(response, StatusCodes.Status200OK, "application/json", json =>
        {
            json.WriteStartObject();
            json.WriteString("batch", batch);
            json.WriteNumber("received", received);
            json.WriteNumber("stored", stored);
            WriteDrops(json, drops);
            json.WriteEndObject();
        });

    /// <summary>The reply to a deletion request, after its commit. It does not tell whether an id was known.</summary>
    public static Task DeletedAsync(HttpResponse response, string tool, int received) =>
        JsonAsync(response, StatusCodes.Status200OK, "application/json", json =>
        {
            json.WriteStartObject();
            json.WriteString("tool", tool);
            json.WriteNumber("received", received);
            json.WriteEndObject();
        });

    /// <summary>A refusal in the form of RFC 9457. <c>Retry-After</c> is a date.</summary>
    public static Task RefusedAsync(HttpResponse response, Refusal refusal, DateTimeOffset now)
    {
        if (refusal.RetryAfter is { } pause)
            response.Headers.RetryAfter = (now + pause).ToString("R", CultureInfo.InvariantCulture);
        return JsonAsync(response, refusal.Problem.Status, "application/problem+json", json =>
        {
            json.WriteStartObject();
            json.WriteString("type", ProblemType + refusal.Problem.Name);
            json.WriteString("title", refusal.Problem.Title);
            json.WriteNumber("status", refusal.Problem.Status);
            if (refusal.Batch is { } batch)
                json.WriteString("batch", batch);
            if (refusal.Detail is not null)
                json.WriteString("detail", refusal.Detail);
            json.WriteEndObject();
        });
    }

    public static async Task JsonAsync(HttpResponse response, int status, string type, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(body))
            write(json);
        response.StatusCode = status;
        response.ContentType = type;
        response.ContentLength = body.WrittenCount;
        response.Headers.CacheControl = "no-store";
        await response.Body.WriteAsync(body.WrittenMemory);
    }

    /// <summary>Writes the reasons that occurred, in the order of the specification.</summary>
    public static void WriteDrops(Utf8JsonWriter json, Drops drops)
    {
        json.WriteStartObject("dropped");
        foreach (var (reason, name) in Drops.Reasons)
        {
            if (drops[reason] > 0)
                json.WriteNumber(name, drops[reason]);
        }

        json.WriteEndObject();
    }
}
