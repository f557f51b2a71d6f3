// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Tallymark.Collector.Protocols;

/// <summary>
/// Tallymark's own protocol (spec/wire.md): a head line and one line of JSON for each event. A request is one batch of
/// one tool. Thread-safe.
/// </summary>
sealed class TallymarkProtocol(
    ToolSet tools, CountryTable countries, RowPool pool, Limits limits, TimeProvider time) : IIngestProtocol
{
    public Refusal? Check(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method))
        {
            request.HttpContext.Response.Headers.Allow = HttpMethods.Post;
            return new Refusal(Problem.Method, "Use POST to send a batch.");
        }

        return MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("application/x-ndjson", StringComparison.OrdinalIgnoreCase)
            ? null
            : new Refusal(Problem.ContentType, "Content-Type must be application/x-ndjson.");
    }

    public Refusal? Decode(IngestRequest request)
    {
        var lines = request.Content.Written.Span;
        var end = lines.IndexOf((byte)'\n');
        if (end < 0 || !BatchHead.TryRead(lines[..end], out var head))
            return new Refusal(Problem.Malformed, "The first line is not the head of a batch.");
        if (tools.Find(head.Tool) is not { } tool)
            return new Refusal(Problem.UnknownTool);
        lines = lines[(end + 1)..];
        var isWhole = lines.IsEmpty || lines[^1] == '\n';
        var batch = request.Add(tool, lines.Count((byte)'\n') + (isWhole ? 0 : 1));
        if (batch.Events > limits.MaxEvents || head.Events > limits.MaxEvents)
        {
            return new Refusal(Problem.TooLarge, $"A batch has at most {limits.MaxEvents} events.")
            {
                Batch = head.Batch,
            };
        }

        if (!isWhole || batch.Events != head.Events)
        {
            return new Refusal(Problem.Malformed, isWhole
                ? $"The body has {batch.Events} event lines; the head declares a different number."
                : "The last event line does not end with a line feed.")
            {
                Batch = head.Batch,
            };
        }

        batch.Decoded = new DecodedBatch(head.Batch, pool);
        return DecodeLines(lines, batch.Decoded, tool, countries.Find(request.Client));
    }

    public Task ReplyAsync(HttpResponse response, IngestRequest request, Refusal? refusal)
    {
        if (refusal is not null)
            return Replies.RefusedAsync(response, refusal, time.GetUtcNow());
        var batch = request.Batches[0];
        var drops = batch.Decoded!.Drops;
        if (batch.Result == WriteResult.Duplicate)
        {
            drops = new Drops();
            drops.Add(EventOutcome.Duplicate, batch.Events);
        }

        return Replies.AcceptedAsync(response, batch.Decoded.Id, batch.Events, batch.Events - drops.Total, drops);
    }

    Refusal? DecodeLines(ReadOnlySpan<byte> lines, DecodedBatch batch, Tool tool, ReadOnlySpan<byte> country)
    {
        var decoder = new LineDecoder(batch, tool, country, time.GetUtcNow(), limits);
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf((byte)'\n');
            var outcome = decoder.Decode(lines[..end]);
            if (outcome == EventOutcome.UnknownManifest)
                return new Refusal(Problem.UnknownManifest, RetryAfter: limits.ManifestRetryAfter);
            if (outcome != EventOutcome.Kept)
                batch.Drops.Add(outcome);
            lines = lines[(end + 1)..];
        }

        return null;
    }
}
