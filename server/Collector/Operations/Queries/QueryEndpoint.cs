// SPDX-License-Identifier: MIT
// Queries of raw data over HTTP: for maintainers on the public address, for the local user on the control socket.

using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Answers <c>/v1/query</c> and <c>/control/query</c>: 1. who asks, 2. what, of which tool, 3. the answer, whole. Safe for any thread.
/// </summary>
sealed class QueryEndpoint(
    ToolSet tools, StoreThread store, Queries? queries, Guard guard, MemoryBudget memory, Limits limits, TimeProvider time, ILogger log)
{
    public const string Truncated = "Tallymark-Truncated";

    readonly Limits _bodyLimits = limits with { PackedBytes = limits.QueryText };

    public async Task PublicAsync(HttpContext context)
    {
        var refusal = guard.Refuse(context, HttpMethods.Post, out var caller, Role.Maintainer);
        await (refusal is null
            ? AnswerAsync(context, caller.Name, caller.Role)
            : Replies.RefusedAsync(context.Response, refusal, time.GetUtcNow()));
    }

    public Task LocalAsync(HttpContext context) => AnswerAsync(context, AuditLog.Local, Role.Operator);

    async Task AnswerAsync(HttpContext context, string name, Role role)
    {
        using var body = new ByteBuffer(memory);
        Refusal? refusal;
        QueryAnswer? answer = null;
        var json = context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase);
        try
        {
            refusal = Check(context.Request, out var tool) ?? await BodyReader.ReadAsync(context.Request, body, _bodyLimits);
            if (refusal is null)
                (refusal, answer) = await AskAsync((name, role), tool!, Encoding.UTF8.GetString(body.Written.Span), json, context);
        }
        catch (OperationCanceledException)
        {
            return; // nobody is left to read it
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
            : new Refusal(Problem.ContentType, "Content-Type is application/sql, and Content-Encoding is absent.");
    }

    async Task<(Refusal?, QueryAnswer?)> AskAsync((string, Role) who, Tool tool, string sql, bool json, HttpContext context)
    {
        if (queries is null)
            return (new Refusal(Problem.Busy, "This collector has no program for queries."), null);
        try
        {
            await store.FlushAsync(tool.Name);
            var answer = await store.UseAsync(s => queries.AskAsync(
                who, s, tool.Name, tool.Newest.Manifest.RetentionDays, sql, json, context.RequestAborted));
            return answer switch
            {
                null => (new Refusal(Problem.Busy, "Others are asking right now.", TimeSpan.FromSeconds(5)), null),
                { End.Error: { } error } => (new Refusal(Problem.Query, error), null),
                _ => (null, answer),
            };
        }
        catch (Exception e) when (e is IOException or StoreException)
        {
            log.QuestionFailed(e.Message);
            return (new Refusal(Problem.Busy, e.Message, limits.RetryBusy), null);
        }
        catch (ObjectDisposedException)
        {
            return (new Refusal(Problem.Stopping, RetryAfter: limits.RetryBusy), null);
        }
    }

    static async Task WriteAsync(HttpResponse response, QueryAnswer answer, bool json)
    {
        response.ContentType = json ? "application/json" : "text/tab-separated-values; charset=utf-8";
        response.ContentLength = answer.Text.Length;
        response.Headers.CacheControl = "no-store";
        if (answer.End.Truncated)
            response.Headers[Truncated] = "1";
        await response.Body.WriteAsync(answer.Text);
    }
}
