// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Tallymark.Collector.Protocols;

/// <summary>
/// Serves <c>POST /v1/deletions</c>: 1. check the request, 2. receive the body, 3. read it, 4. delete, between two
/// commits, 5. reply. No reply, log line or counter tells whether an id was known. Thread-safe.
/// </summary>
sealed class DeletionEndpoint(
    ToolSet tools, StoreThread store, TotalsFiles totals, MemoryBudget memory, DeletionQuota quota,
    RequestCounters counters, Limits limits, TimeProvider time, ILogger log)
{
    readonly Limits _bodyLimits = limits with { MaxBodyBytes = limits.MaxDeletionBytes };

    public async Task HandleAsync(HttpContext context)
    {
        var client = NetworkPrefixFeature.Of(context);
        using var body = new ByteBuffer(memory, client);
        var tool = "";
        var received = 0;
        Refusal? refusal;
        try
        {
            refusal = Check(context.Request)                                              // 1
                ?? await BodyReader.ReadAsync(context.Request, body, _bodyLimits);        // 2
            if (refusal is null)
                (refusal, tool, received) = await DeleteAsync(body, client);              // 3, 4
        }
        catch (Exception e) // the edge of the stage: after a bug the client asks again
        {
            log.RequestBroke(e.GetType().Name, e.StackTrace);
            refusal = new Refusal(Problem.Internal);
        }

        counters.Add(refusal?.Problem);
        await (refusal is null                                                            // 5
            ? Replies.DeletedAsync(context.Response, tool, received)
            : Replies.RefusedAsync(context.Response, refusal, time.GetUtcNow()));
    }

    static Refusal? Check(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method))
        {
            request.HttpContext.Response.Headers.Allow = HttpMethods.Post;
            return new Refusal(Problem.Method, "Use POST to send a deletion request.");
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || request.Headers.ContentEncoding.Count > 0)
        {
            return new Refusal(
                Problem.ContentType, "Content-Type must be application/json, and Content-Encoding must be absent.");
        }

        return null;
    }

    async Task<(Refusal? Refusal, string Tool, int Received)> DeleteAsync(
        ByteBuffer body, NetworkPrefix client)
    {
        if (DeletionRequest.Read(body.Written.Span) is not { } request)
            return (new Refusal(Problem.Malformed, "The body is not a deletion request."), "", 0);
        if (tools.Find(request.Tool) is not { } tool)
            return (new Refusal(Problem.UnknownTool), "", 0);
        if (request.Installations.Count > limits.MaxProofs)
            return (new Refusal(Problem.TooLarge, $"A request has at most {limits.MaxProofs} proofs."), "", 0);
        if (quota.Refuse(client, request.Installations.Count) is { } refusal)
            return (refusal, "", 0);
        try
        {
            // Until the next maintenance run: a batch that is acknowledged at the same moment loses its rows on its way
            // into the store.
            totals.SetRemoving(tool.Name, removing: true);
            totals.AddRemoved(tool.Name, await store.DeleteAsync(tool.Name, tool.Tables, request.Installations));
            return (null, tool.Name, request.Installations.Count);
        }
        catch (StoreException e)
        {
            log.DeletionFailed(tool.Name, e.Message);
            return (new Refusal(Problem.Busy, "The store could not delete the data.", limits.BusyRetryAfter), "", 0);
        }
        catch (ObjectDisposedException)
        {
            return (new Refusal(Problem.Stopping, RetryAfter: limits.BusyRetryAfter), "", 0);
        }
    }
}
