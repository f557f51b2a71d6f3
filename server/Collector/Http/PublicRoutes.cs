// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Http;

/// <summary>Every route of the public address, with every status it can return.</summary>
sealed class PublicRoutes(
    Pipeline pipeline, DeletionEndpoint deletions, SettingsEndpoint settings, LiveEndpoints live, QueryEndpoint query,
    OperatorEndpoints operators, PrometheusText metrics, Health health, ReadThrough reading, Authorizer authorizer,
    TimeProvider time)
{
    const string PlainText = "text/plain; charset=utf-8";

    public void Map(WebApplication app)
    {
        Route("POST", "/v1/batches", pipeline.HandleAsync, [200, 400, 404, 405, 408, 413, 415, 429, 500, 503]);
        Route("POST", "/v1/deletions", deletions.HandleAsync, [200, 400, 404, 405, 408, 413, 415, 429, 500, 503]);
        Route("GET", "/v1/settings", settings.HandleAsync, [200, 404, 405, 429, 500]);
        Route("GET", "/v1/tools", live.ToolsAsync, [200, 401, 405, 429, 500]);
        Route("GET", "/v1/totals", live.TotalsAsync, [200, 401, 404, 405, 429, 500]);
        Route("GET", "/v1/live", live.LiveAsync, [200, 401, 403, 404, 405, 429, 500, 503]);
        Route("POST", "/v1/query", query.PublicAsync, [200, 400, 401, 403, 404, 405, 408, 413, 415, 429, 500, 503]);
        Route("GET", "/v1/status", operators.StatusAsync, [200, 401, 403, 405, 429, 500]);
        Route("POST", "/v1/reload", operators.ReloadAsync, [200, 401, 403, 405, 429, 500, 503]);
        Route("GET", "/metrics", MetricsAsync, [200, 401, 403, 405, 500]);
        Text("/livez", () => (200, "ok\n", PlainText), [200, 405, 500]);
        Text("/readyz", () => Check(health.ReasonNotReady), [200, 405, 500, 503]);
        Route("GET", "/healthz", HealthAsync, [200, 405, 500, 503]);
        Text("/openapi.json", () => (200, OpenApiDocument.Text, "application/json"), [200, 405, 500]);
        app.MapFallback("/{**path}", context => RefuseAsync(context, Problem.NotFound));

        void Route(string method, string path, RequestDelegate handle, int[] statuses) =>
            app.Map(path, handle).WithMetadata(new DocumentedRoute(method, path, statuses));

        void Text(string path, Func<(int Status, string Text, string Type)> answer, int[] statuses) =>
            Route("GET", path, context => AnswerAsync(context, answer), statuses);
    }

    static (int Status, string Text, string Type) Check(string? problem) =>
        problem is null ? (200, "ok\n", PlainText) : (503, problem + "\n", PlainText);

    // Damage to a stored file is no reason to take a collector that receives everything out of service, and the public
    // has no use for knowing it.
    Task HealthAsync(HttpContext context) => AnswerAsync(context, () =>
    {
        var answer = Check(health.ReasonNotHealthy);
        return OperationsConnection.Is(context) && reading.State.Damaged.Count is > 0 and var damaged
            ? answer with { Text = $"{answer.Text}damaged files: {damaged} (tallymark status)\n" }
            : answer;
    });

    // Beside published files the counters would give back a day that was left out, and time every upload.
    Task MetricsAsync(HttpContext context) =>
        !OperationsConnection.Is(context)
            && authorizer.Refuse(context, HttpMethods.Get, out _, Role.Operator, Role.Maintainer) is { } refusal
            ? Replies.RefusedAsync(context.Response, refusal, time.GetUtcNow())
            : AnswerAsync(context, () => (200, metrics.Scrape(), PrometheusText.ContentType));

    Task AnswerAsync(HttpContext context, Func<(int Status, string Text, string Type)> answer)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Get;
            return RefuseAsync(context, Problem.Method);
        }

        var (status, text, type) = answer();
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text);
    }

    Task RefuseAsync(HttpContext context, Problem problem) =>
        Replies.RefusedAsync(context.Response, new Refusal(problem), time.GetUtcNow());
}
