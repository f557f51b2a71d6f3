// SPDX-License-Identifier: MIT

using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Answers <c>/v1/query</c> for maintainers and <c>/control/query</c> for the local user: 1. check the caller, 2. check
/// and read the request, 3. run the query, 4. write the answer, never a part of it. Thread-safe.
/// </summary>
sealed class QueryEndpoint(
    ToolSet tools, StoreThread store, RawQueries queries, Authorizer authorizer, MemoryBudget memory, Limits limits,
    TimeProvider time, ILogger log)
{
    public const string Truncated = "Tallymark-Truncated";

    static readonly TimeSpan QueueRetryAfter = TimeSpan.FromSeconds(5);

    readonly Limits _bodyLimits = limits with { MaxBodyBytes = limits.MaxQueryTextBytes };

    public async Task PublicAsync(HttpContext context)
    {
        var refusal = authorizer.Refuse(context, HttpMethods.Post, out var caller, Role.Maintainer);
        await (refusal is null
            ? AnswerAsync(context, caller.Name, caller.Role)
            : Replies.RefusedAsync(context.Response, refusal, time.GetUtcNow()));
    }

    public Task LocalAsync(HttpContext context) => AnswerAsync(context, AuditLog.Local, Role.Operator);

    async Task AnswerAsync(HttpContext context, string name, Role role)
    {
        using var body = new ByteBuffer(memory, NetworkPrefixFeature.Of(context));
        Refusal? refusal;
        RawAnswer? answer = null;
        var json = context.Request.Headers.Accept.ToString()
            .Contains("application/json", StringComparison.OrdinalIgnoreCase);
        try
        {
            refusal = Check(context.Request, out var tool)
                ?? await BodyReader.ReadAsync(context.Request, body, _bodyLimits);
            if (refusal is null)
            {
                var sql = Encoding.UTF8.GetString(body.Written.Span);
                (refusal, answer) = await RunAsync((name, role), tool!, sql, json, context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            return; // the client disconnected
        }

        await (refusal is null
            ? WriteAsync(context.Response, answer!, json)
            : Replies.RefusedAsync(context.Response, refusal, time.GetUtcNow()));
    }

    Refusal? Check(HttpRequest request, out Tool? tool)
    {
        tool = request.Query["tool"] is [{ } name] ? tools.Find(name) : null;
        if (tool is null)
            return new Refusal(Problem.UnknownTool);
        return MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("application/sql", StringComparison.OrdinalIgnoreCase)
            && request.Headers.ContentEncoding.Count == 0
            ? null
            : new Refusal(Problem.ContentType, "Send Content-Type application/sql and no Content-Encoding.");
    }

    async Task<(Refusal?, RawAnswer?)> RunAsync(
        (string, Role) who, Tool tool, string sql, bool json, CancellationToken cancel)
    {
        try
        {
            await store.FlushAsync(tool.Name);
            var answer = await store.Readers.ReadAsync(s => queries.RunAsync(
                who, s, s, tool.Name, tool.Accepted.Select(one => one.Manifest), sql, json, cancel));
            return answer switch
            {
                null => (new Refusal(Problem.Busy, "Other queries are running. Try again.", QueueRetryAfter), null),
                { Error: { } error } => (new Refusal(Problem.Query, error), null),
                _ => (null, answer),
            };
        }
        catch (Exception e) when (e is IOException or StoreException)
        {
            log.StoreReadFailed(e.Message);
            return (new Refusal(Problem.Busy, e.Message, limits.BusyRetryAfter), null);
        }
        catch (ObjectDisposedException)
        {
            return (new Refusal(Problem.Stopping, RetryAfter: limits.BusyRetryAfter), null);
        }
    }

    static async Task WriteAsync(HttpResponse response, RawAnswer answer, bool json)
    {
        response.ContentType = json ? "application/json" : "text/tab-separated-values; charset=utf-8";
        response.ContentLength = answer.Text.Length;
        response.Headers.CacheControl = "no-store";
        if (answer.IsTruncated)
            response.Headers[Truncated] = "1";
        await response.Body.WriteAsync(answer.Text);
    }
}
