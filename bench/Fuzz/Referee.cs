// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tallymark.Bench.Fuzz;

/// <summary>
/// Judges a request by the specification (spec/wire.md, spec/spool.md, spec/manifest.md), slowly and without any code
/// of the collector: System.Text.Json's document, its own decompression, patterns for values. Immutable. Thread-safe.
/// </summary>
sealed partial class Referee(Corpus corpus)
{
    const int MaxEvents = 500;
    const int MaxBodyBytes = 512 * 1024;
    const int MaxDecompressedBytes = 1024 * 1024;
    const int MaxLineBytes = 16_384;

    static readonly JsonDocumentOptions Strict = new() { MaxDepth = 1_000 };

    readonly LineReferee _lines = new(corpus);

    public Expectation Judge(FuzzRequest request, DateTimeOffset now)
    {
        // Checks of method and headers come before those of the body.
        // More lenient than HTTP, and harmless.
        if (!string.Equals(request.Method, "POST", StringComparison.OrdinalIgnoreCase))
            return Expectation.Refused("method");
        if (request.ContentType is null || !TypePattern().IsMatch(request.ContentType))
            return Expectation.Refused("content-type");
        var packed = string.Equals(request.Encoding, "gzip", StringComparison.OrdinalIgnoreCase);
        if (!packed && request.Encoding is not null)
            return Expectation.Refused("content-type");
        if (request.Body.Length > MaxBodyBytes)
            return Expectation.Refused("too-large");
        if (!packed)
            return JudgeBody(request.Body, request.Client, now);
        return Gunzip.Read(request.Body, MaxDecompressedBytes, out var body) switch
        {
            GunzipEnd.TooMuch => Expectation.Refused("too-large"),
            GunzipEnd.Broken => Expectation.Refused("malformed"),
            _ => JudgeBody(body, request.Client, now),
        };
    }

    Expectation JudgeBody(byte[] body, string? client, DateTimeOffset now)
    {
        var lines = new List<byte[]>();
        var from = 0;
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] != '\n')
                continue;
            lines.Add(body[from..i]);
            from = i + 1;
        }

        var torn = from < body.Length;
        if (lines.Count == 0 || Head(lines[0]) is not { } head)
            return Expectation.Refused("malformed");
        if (!corpus.Manifests.Exists(m => m.Tool == head.Tool))
            return Expectation.Refused("unknown-tool");
        var events = lines.Count - 1 + (torn ? 1 : 0);
        if (events > MaxEvents || head.Events > MaxEvents)
            return new() { Problems = ["too-large"], Tool = head.Tool, Events = events };
        if (torn || events != head.Events)
            return new() { Problems = ["malformed"], Tool = head.Tool, Events = events };
        var country = client is null ? null : Corpus.Clients.First(c => c.Address == client).Country;
        var expected = new Expectation { Batch = head.Batch, Tool = head.Tool, Events = events };
        foreach (var line in lines.Skip(1))
        {
            var judgement = _lines.Judge(line, head.Tool, country, now);
            expected.IsNearABound |= judgement.IsNearABound;
            if (judgement.UnknownManifest)
                return new()
                {
                    Problems = ["unknown-manifest"],
                    Tool = head.Tool,
                    Events = events,
                    IsNearABound = expected.IsNearABound,
                };
            if (judgement.Row is not null)
                expected.Rows.Add(judgement.Row);
            else if (judgement.Reason is not null)
                expected.Drops[judgement.Reason] = expected.Drops.GetValueOrDefault(judgement.Reason) + 1;
            else
                expected.AnyDrops++;
        }

        return expected;
    }

    static (Guid Batch, string Tool, int Events)? Head(byte[] line)
    {
        if (!IsPlain(line))
            return null;
        using var document = Parse(line);
        if (document is null || document.RootElement.ValueKind != JsonValueKind.Object)
            return null;
        var members = document.RootElement.EnumerateObject().ToList();
        if (!members.Select(m => m.Name).SequenceEqual(["tallymark", "batch", "tool", "events"], StringComparer.Ordinal)
            || members[0].Value.GetRawText() != "1"
            || members[1].Value.ValueKind != JsonValueKind.String
                || !UuidPattern().IsMatch(members[1].Value.GetString()!)
            || members[2].Value.ValueKind != JsonValueKind.String
            || members[3].Value.ValueKind != JsonValueKind.Number
                || !WholePattern().IsMatch(members[3].Value.GetRawText())
            || !int.TryParse(members[3].Value.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture,
                out var events) || events < 1)
        {
            return null;
        }

        return (Guid.Parse(members[1].Value.GetString()!), members[2].Value.GetString()!, events);
    }

    /// <summary>Printable ASCII without a backslash, not too long.</summary>
    public static bool IsPlain(byte[] line) =>
        line.Length <= MaxLineBytes && Array.TrueForAll(line, b => b is >= 0x20 and <= 0x7e and not (byte)'\\');

    /// <summary>Null: it is not JSON.</summary>
    public static JsonDocument? Parse(byte[] line)
    {
        try
        {
            return JsonDocument.Parse(line, Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^application/x-ndjson\s*(;|$)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TypePattern();

    [GeneratedRegex("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex UuidPattern();

    [GeneratedRegex("^[1-9][0-9]*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WholePattern();
}
