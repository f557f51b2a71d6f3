// SPDX-License-Identifier: MIT
// The way of a request to delete through the collector, step by step.

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// Takes requests to delete (<c>POST /v1/deletions</c>): 1. check the request, 2. receive it, 3. read it, 4. delete,
/// between two commits, 5. reply. Nothing in a reply, a log or a counter tells whether an id was known. Safe for any
/// thread.
/// </summary>
sealed class Deletions(
    ToolSet tools, StoreThread store, TotalsBook totals, MemoryBudget memory, RequestCounters counters, Limits limits, TimeProvider time,
    ILogger log)
{
    readonly Limits _bodyLimits = limits with { PackedBytes = limits.DeletionBytes };

    public async Task HandleAsync(HttpContext context)
    {
        using var body = new ByteBuffer(memory);
        var tool = "";
        var received = 0;
        Refusal? refusal;
        try
        {
            refusal = Check(context.Request) ?? await BodyReader.ReadAsync(context.Request, body, _bodyLimits);
            if (refusal is null)
                (refusal, tool, received) = await DeleteAsync(body);
        }
        catch (Exception e) // the edge: the client comes back
        {
            log.RequestBroke(e.GetType().Name, e.StackTrace);
            refusal = new Refusal(Problem.Internal);
        }

        counters.Add(refusal?.Problem);
        await (refusal is null
            ? Replies.DeletedAsync(context.Response, tool, received)
            : Replies.RefusedAsync(context.Response, refusal, time.GetUtcNow()));
    }

    // 1.
    static Refusal? Check(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method))
        {
            request.HttpContext.Response.Headers.Allow = HttpMethods.Post;
            return new Refusal(Problem.Method, "POST a request to delete here.");
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || request.Headers.ContentEncoding.Count > 0)
        {
            return new Refusal(Problem.ContentType, "Content-Type is application/json, and Content-Encoding is absent.");
        }

        return null;
    }

    // 3, 4.
    async Task<(Refusal? Refusal, string Tool, int Received)> DeleteAsync(ByteBuffer body)
    {
        if (DeletionRequest.Read(body.Written.Span) is not { } request)
            return (new Refusal(Problem.Malformed, "The body is not a request to delete."), "", 0);
        if (tools.Find(request.Tool) is not { } tool)
            return (new Refusal(Problem.UnknownTool), "", 0);
        if (request.Installations.Count > limits.Proofs)
            return (new Refusal(Problem.TooLarge, $"A request has at most {limits.Proofs} proofs."), "", 0);
        try
        {
            // Until the files are tended: a batch that was acknowledged at the same moment loses its rows on its way into the store.
            totals.Removing(tool.Name, removing: true);
            totals.Remove(tool.Name, await store.DeleteAsync(tool.Name, tool.Tables, request.Installations));
            return (null, tool.Name, request.Installations.Count);
        }
        catch (StoreException e)
        {
            log.DeletionFailed(tool.Name, e.Message);
            return (new Refusal(Problem.Busy, "The store could not delete.", limits.RetryBusy), "", 0);
        }
        catch (ObjectDisposedException)
        {
            return (new Refusal(Problem.Stopping, RetryAfter: limits.RetryBusy), "", 0);
        }
    }
}
