// SPDX-License-Identifier: MIT
// The way of a batch through the collector, step by step.

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// Takes batches (<c>POST /v1/batches</c>). A step returns null to go on, or the refusal that ends the way. The
/// client's address was cut to a prefix before (<see cref="AddressCut"/>).
/// <list type="number">
/// <item>Check: method, type and encoding.</item>
/// <item>Receive: the body, bounded in bytes and time.</item>
/// <item>Unpack: gzip, bounded.</item>
/// <item>Decode: head, then every event against the manifest, with the country of the prefix. From here on its events
/// are counted.</item>
/// <item>Weigh: events of installations that are new past what a network may bring are marked, to count nowhere.</item>
/// <item>Write: into the journal, in a group with others; waits until it is on disk. The store takes it from there (<see cref="StoreThread"/>).</item>
/// <item>Reply.</item>
/// </list>
/// Safe for any thread.
/// </summary>
sealed class Pipeline(
    ToolSet tools, CountryTable countries, InstallationQuota newcomers, JournalThread journal, RowPool pool, MemoryBudget memory, RequestCounters counters,
    Limits limits, TimeProvider time, ILogger log)
{
    volatile bool _stopping;

    /// <summary>From now on new batches are refused; those under way go on.</summary>
    public void Stop() => _stopping = true;

    public async Task HandleAsync(HttpContext context)
    {
        using var batch = new BatchContext(memory);
        Refusal? refusal;
        try
        {
            refusal = Check(context.Request)
                ?? await BodyReader.ReadAsync(context.Request, batch.Body, limits)
                ?? Unpack(context.Request, batch)
                ?? Decode(batch, NetworkPrefixFeature.Of(context))
                ?? Weigh(batch, NetworkPrefixFeature.Of(context))
                ?? await WriteAsync(batch);
        }
        catch (Exception e) // the edge: a bug loses no event, the client comes back
        {
            log.RequestBroke(e.GetType().Name, e.StackTrace);
            refusal = new Refusal(Problem.Internal);
        }

        Settle(batch, refusal);
        await ReplyAsync(context.Response, batch, refusal);
    }

    Refusal? Check(HttpRequest request)
    {
        if (_stopping)
            return new Refusal(Problem.Stopping, RetryAfter: limits.RetryBusy);
        if (!HttpMethods.IsPost(request.Method))
        {
            request.HttpContext.Response.Headers.Allow = HttpMethods.Post;
            return new Refusal(Problem.Method, "POST a batch here.");
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("application/x-ndjson", StringComparison.OrdinalIgnoreCase))
        {
            return new Refusal(Problem.ContentType, "Content-Type is application/x-ndjson.");
        }

        if (!IsPacked(request) && request.Headers.ContentEncoding.Count > 0)
            return new Refusal(Problem.ContentType, "Content-Encoding is gzip or absent.");
        return null;
    }

    Refusal? Unpack(HttpRequest request, BatchContext batch)
    {
        if (!IsPacked(request))
        {
            batch.SwapLines();
            return null;
        }

        var refusal = Unpacking.Unpack(batch.Body, batch.Lines, limits);
        batch.Body.Dispose(); // what is unpacked is enough
        return refusal;
    }

    Refusal? Decode(BatchContext batch, NetworkPrefix client)
    {
        var lines = batch.Lines.Written.Span;
        var end = lines.IndexOf((byte)'\n');
        if (end < 0 || !BatchHead.TryRead(lines[..end], out var head))
            return new Refusal(Problem.Malformed, "The first line is not the head of a batch.");
        if (tools.Find(head.Tool) is not { } tool)
            return new Refusal(Problem.UnknownTool);
        lines = lines[(end + 1)..];
        var whole = lines.IsEmpty || lines[^1] == '\n';
        batch.Counted(tool, lines.Count((byte)'\n') + (whole ? 0 : 1));
        if (batch.Events > limits.Events || head.Events > limits.Events)
            return new Refusal(Problem.TooLarge, $"A batch has at most {limits.Events} events.");
        if (!whole || batch.Events != head.Events)
        {
            var torn = whole ? "" : ", the last one torn";
            return new Refusal(Problem.Malformed, $"The body has {batch.Events} lines of events{torn}.");
        }

        var decoded = batch.Decoded = new DecodedBatch(head, pool);
        var decoder = new LineDecoder(decoded, tool, countries.Find(client), time.GetUtcNow(), limits);
        while (!lines.IsEmpty)
        {
            end = lines.IndexOf((byte)'\n');
            var verdict = decoder.Decode(lines[..end]);
            if (verdict == Verdict.UnknownManifest)
                return new Refusal(Problem.UnknownManifest, RetryAfter: limits.RetryManifest);
            if (verdict != Verdict.Keep)
                decoded.Drops.Add(verdict);
            lines = lines[(end + 1)..];
        }

        return null;
    }

    Refusal? Weigh(BatchContext batch, NetworkPrefix client)
    {
        newcomers.Weigh(batch.Tool!.Name, batch.Decoded!, client);
        return null;
    }

    async Task<Refusal?> WriteAsync(BatchContext batch)
    {
        var decoded = batch.Decoded!;
        var received = Math.Min(decoded.Received, EventTime.Cut(time.GetUtcNow(), batch.Tool!.Newest.Manifest.Time));
        var kept = decoded.Kept;
        var written = batch.Written = new JournaledBatch(
            batch.Tool.Name, new StoredBatch(decoded.Head.Batch, received, decoded.Rows));
        batch.Result = await journal.WriteAsync(written);
        if (batch.Result == WriteResult.Written)
            decoded.Drops.Add(Verdict.Deleted, kept - written.Sum!.Stored); // the store took them out
        return batch.Result == WriteResult.Failed
            ? new Refusal(Problem.Busy, "The batch could not be written.", limits.RetryBusy)
            : null;
    }

    /// <summary>Every event that was counted as received is counted once more, as what became of it.</summary>
    void Settle(BatchContext batch, Refusal? refusal)
    {
        counters.Add(refusal?.Problem);
        if (batch.Tool?.Counters is not { } events)
            return;
        if (refusal is null && batch.Result == WriteResult.Written)
            events.Store(batch.Written!.Sum!, batch.Decoded!.Drops, time.GetUtcNow());
        else if (refusal is null)
            events.Drop(Verdict.Duplicate, batch.Events);
        else if (refusal.Problem == Problem.Malformed)
            events.Drop(Verdict.Malformed, batch.Events); // never sent again
        else
            events.Refuse(batch.Events);
    }

    Task ReplyAsync(HttpResponse response, BatchContext batch, Refusal? refusal)
    {
        if (refusal is not null)
            return Replies.RefusedAsync(response, refusal, time.GetUtcNow());
        var drops = batch.Decoded!.Drops;
        if (batch.Result == WriteResult.Duplicate)
        {
            drops = new Drops();
            drops.Add(Verdict.Duplicate, batch.Events);
        }

        return Replies.AcceptedAsync(
            response, batch.Decoded.Head.Batch, batch.Events, batch.Events - drops.Total, drops);
    }

    static bool IsPacked(HttpRequest request) =>
        request.Headers.ContentEncoding is [{ } encoding]
        && encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase);
}
