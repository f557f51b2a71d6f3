// SPDX-License-Identifier: MIT
// The JSON documents of a published folder, as spec/published.md has them.

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tallymark.Publish.Files;

/// <summary><c>index.json</c> at the root: the tools.</summary>
sealed record ToolList(int Tallymark, IReadOnlyList<ToolEntry> Tools);

/// <summary>One tool.</summary>
sealed record ToolEntry(string Tool, string Title);

/// <summary><c>TOOL/index.json</c> and <c>TOOL/provisional/index.json</c>: the periods.</summary>
sealed record PeriodList(
    int Tallymark, string Tool, string Title, bool Provisional, IReadOnlyList<PeriodEntry> Periods);

/// <summary>One period.</summary>
sealed record PeriodEntry(string Period, IReadOnlyList<DatasetEntry> Datasets);

/// <summary>One dataset of a period and the names of its files.</summary>
sealed record DatasetEntry(string Name, string Title, string Tsv, string Metadata);

/// <summary>What is in one TSV file.</summary>
sealed record FileMetadata
{
    public required int Tallymark { get; init; }
    public required string Tool { get; init; }
    public required string Title { get; init; }
    public required string Dataset { get; init; }
    public required string DatasetTitle { get; init; }
    public required string Period { get; init; }
    public required bool Provisional { get; init; }
    public required string From { get; init; }
    public required string To { get; init; }
    public required string Generated { get; init; }
    public required int Manifest { get; init; }
    public required int Minimum { get; init; }
    public required string License { get; init; }
    public required IReadOnlyList<string> Attribution { get; init; }
    public required IReadOnlyList<ColumnEntry> Columns { get; init; }
    public required long Rows { get; init; }
    public required long Occurrences { get; init; }
    public required int DaysLeftOut { get; init; }
    public required string Sha256 { get; init; }
}

/// <summary>One column. What is null is not written.</summary>
sealed record ColumnEntry(
    string Name, string From, string? Field = null, string? Type = null, string? Part = null, string? Why = null);

/// <summary>Reads and writes the documents.</summary>
static class Documents
{
    // The files stand alone, never inside HTML: names of countries and titles stay readable.
    static readonly DocumentTypes Types = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>A document as bytes, one line.</summary>
    public static byte[] Write<T>(T document) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(document, typeof(T), Types), (byte)'\n'];

    /// <summary>The document in a file; null if there is no such file.</summary>
    /// <exception cref="PublishException">The file is not such a document.</exception>
    public static T? Read<T>(string path) where T : class
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return (T?)JsonSerializer.Deserialize(File.ReadAllBytes(path), typeof(T), Types)
                ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new PublishException(
                $"{path} is not what a publisher writes ({e.Message}). Nothing was published; restore it.", e);
        }
    }
}

[JsonSerializable(typeof(ToolList))]
[JsonSerializable(typeof(PeriodList))]
[JsonSerializable(typeof(FileMetadata))]
sealed partial class DocumentTypes : JsonSerializerContext;
