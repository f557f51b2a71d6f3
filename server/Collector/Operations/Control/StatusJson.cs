// SPDX-License-Identifier: MIT
// The JSON of what operators ask, as the control socket, the public address and the commands write and read it.

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Operations;

/// <summary>Writes and reads it.</summary>
public static class StatusJson
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new Seconds() },
    };

    /// <summary>One line of JSON.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>What the JSON says.</summary>
    /// <exception cref="JsonException">It is not of that form.</exception>
    public static T Read<T>(string text) =>
        JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException("null");

    internal static Task AnswerAsync<T>(HttpResponse response, T value)
    {
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        return response.WriteAsync(Write(value) + "\n");
    }

    sealed class Seconds : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Times.Second(value));
    }
}
