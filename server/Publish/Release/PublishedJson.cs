// SPDX-License-Identifier: MIT

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tallymark.Publish.Release;

/// <summary>Reads and writes the JSON documents of a public folder (<c>spec/published.md</c>).</summary>
static class PublishedJson
{
    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    // The files are never embedded in HTML, so names of countries and titles can stay readable.
    static readonly PublishedJsonContext Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>A document as bytes, one line.</summary>
    public static byte[] Write<T>(T document) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(document, typeof(T), Context), (byte)'\n'];

    /// <summary>The document in a file; null if the file does not exist.</summary>
    /// <exception cref="PublishException">The file does not contain such a document.</exception>
    public static T? Read<T>(string path) where T : class
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return (T?)JsonSerializer.Deserialize(File.ReadAllBytes(path), typeof(T), Context)
                ?? throw new JsonException("The document is null.");
        }
        catch (JsonException e)
        {
            throw new PublishException(
                $"{path} is damaged ({e.Message}). Nothing was published. Restore the file from a copy, then publish " +
                "again.", e);
        }
    }
}

[JsonSerializable(typeof(ToolList))]
[JsonSerializable(typeof(PeriodList))]
[JsonSerializable(typeof(FileMetadata))]
[JsonSerializable(typeof(ReleasedMetadata))]
sealed partial class PublishedJsonContext : JsonSerializerContext;
