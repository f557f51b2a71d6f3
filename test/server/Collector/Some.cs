// SPDX-License-Identifier: MIT

using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>Manifests, lines and batches for tests.</summary>
static class Some
{
    public const string Tool = "probe";

    public const string Scope = "5f0c6b9c7e8d4a33";

    public const string Installation = "5f0c6b9c7e8d4a33f5d7a1be3c0c4a5e8f1f0e6a2d3b4c5d6e7f8091a2b3c4d5";

    /// <summary>The manifest of the wire vectors: a field of every type.</summary>
    public static string Manifest { get; } = File.ReadAllText(
        Path.Combine(AppContext.BaseDirectory, "vectors", "telemetry.yaml"));

    public static string ManifestOf(string tool, int version = 1) => Manifest
        .Replace("tool: probe", $"tool: {tool}", StringComparison.Ordinal)
        .Replace("version: 1", $"version: {version}", StringComparison.Ordinal);

    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Now => Time(TimeProvider.System.GetUtcNow());

    public static string Line(
        string @event = "plain", string fields = "", string? time = null, string status = "success", int manifest = 1,
        string tool = Tool, string withheld = "") =>
        $$$"""{"tallymark":1,"tool":"{{{tool}}}","manifest":""" +
        $$$"""{{{manifest}}},"agreed":"{{{Scope}}}","event":"{{{@event}}}",""" +
        $"\"time\":\"{time ?? Now}\",\"status\":\"{status}\"," +
        $$$"""{{{withheld}}}"fields":{{{{fields}}}}}""";

    /// <summary>An event that some installation sent.</summary>
    public static string LineOf(int installation) =>
        Line(fields: $"\"installation\":\"{installation:x64}\"");

    public static string Head(int events, Guid? id = null, string tool = Tool) =>
        $$"""{"tallymark":1,"batch":"{{id ?? Guid.NewGuid()}}","tool":"{{tool}}","events":{{events}}}""";

    /// <summary>The start of a request whose body, not compressed, a test sends by itself.</summary>
    public static string Headers(int length) =>
        "POST /v1/batches HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
        + $"Content-Length: {length}\r\n\r\n";

    /// <summary>The body of a batch before compression.</summary>
    public static byte[] Batch(IReadOnlyCollection<string> lines, Guid? id = null, string tool = Tool) =>
        Encoding.UTF8.GetBytes(Head(lines.Count, id, tool) + "\n" + string.Concat(Lines(lines)));

    public static byte[] Batch(params string[] lines) => Batch(lines, id: null);

    public static byte[] Packed(byte[] body)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
            gzip.Write(body);
        return packed.ToArray();
    }

    static IEnumerable<string> Lines(IReadOnlyCollection<string> lines)
    {
        foreach (var line in lines)
            yield return line + "\n";
    }
}
