// SPDX-License-Identifier: MIT
// The public address: every route with all that it can answer. spec/openapi.json says the same, and a test compares them.

using System.Diagnostics;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Http;

/// <summary>Makes the web server of the public address.</summary>
/// <param name="Pipeline">Takes batches.</param>
/// <param name="Deletions">Takes requests to delete.</param>
/// <param name="Settings">Answers what installations leave out.</param>
/// <param name="Live">Answers those with a token.</param>
/// <param name="Query">Answers maintainers' queries.</param>
/// <param name="Operator">Answers the operator's token.</param>
/// <param name="Metrics">Counts.</param>
/// <param name="IsHealthy">Whether the journal and the store took what they got last.</param>
/// <param name="Admission">Whom to refuse at once.</param>
/// <param name="Connections">Who may be connected.</param>
/// <param name="Unreadable">Counts what is no HTTP.</param>
sealed record PublicServer(
    Pipeline Pipeline, Deletions Deletions, SettingsEndpoint Settings, LiveView Live, QueryEndpoint Query, OperatorView Operator, Metrics Metrics,
    Func<bool> IsHealthy, Admission Admission, Connections Connections, UnreadableRequests Unreadable)
{
    public WebApplication Make(
        CollectorOptions options, Certificate? certificate, StandardErrorLog logTo, TimeProvider time, ILogger log)
    {
        var app = ServerShape.Make(options.Limits, logTo, kestrel =>
        {
            kestrel.Limits.MaxConcurrentConnections = null; // they are counted where room can be made
            kestrel.Listen(options.Listen, listen =>
            {
                listen.Use(next => connection => Connections.ServeAsync(connection, next));
                if (certificate is not null)
                    UseTls(listen, certificate);
            });
        });
        Unreadable.Of(app.Services.GetRequiredService<DiagnosticListener>());
        var addresses = new AddressCut(options.TrustedProxies);
        app.Use(async (context, next) =>
        {
            Connections.Works(context);
            var client = addresses.Take(context);
            context.Features.Set(new NetworkPrefixFeature(client));
            PageServing.AddHeaders(context.Response.Headers, certificate is not null);
            try
            {
                if (Admission.Refuse(context.Request, client) is { } refusal)
                    await Replies.RefusedAsync(context.Response, refusal, time.GetUtcNow());
                else
                    await next(context);
            }
            catch (Exception e) when (!context.Response.HasStarted) // the edge of the server
            {
                log.RequestBroke(e.GetType().Name, e.StackTrace);
                await Replies.RefusedAsync(context.Response, new Refusal(Problem.Internal), time.GetUtcNow());
            }
            finally
            {
                Connections.Waits(context);
            }

            var answers = context.GetEndpoint()?.Metadata.GetMetadata<Answers>();
            if (answers?.Statuses.Contains(context.Response.StatusCode) == false)
                log.UndocumentedAnswer(answers.Method, answers.Path, context.Response.StatusCode);
        });
        app.UsePageNames();
        if (options.Pages is { } pages)
            app.UseFolder(PageServing.Open(pages), "");
        if (options.Public is { } published)
            app.UseFolder(PageServing.Open(published), "/public");
        app.UseRouting();
        Map(app, time);
        app.MapFallback("/{**path}", context =>
            Replies.RefusedAsync(context.Response, new Refusal(Problem.NotFound), time.GetUtcNow()));
        return app;
    }

    void Map(WebApplication app, TimeProvider time)
    {
        Route("POST", "/v1/batches", Pipeline.HandleAsync, [200, 400, 404, 405, 408, 413, 415, 429, 500, 503]);
        Route("POST", "/v1/deletions", Deletions.HandleAsync, [200, 400, 404, 405, 408, 413, 415, 429, 500, 503]);
        Route("GET", "/v1/settings", Settings.HandleAsync, [200, 404, 405, 429, 500]);
        Route("GET", "/v1/tools", Live.ToolsAsync, [200, 401, 405, 429, 500]);
        Route("GET", "/v1/totals", Live.TotalsAsync, [200, 401, 404, 405, 429, 500]);
        Route("GET", "/v1/live", Live.LiveAsync, [200, 401, 403, 404, 405, 429, 500, 503]);
        Route("POST", "/v1/query", Query.PublicAsync, [200, 400, 401, 403, 404, 405, 408, 413, 415, 429, 500, 503]);
        Route("GET", "/v1/status", Operator.StatusAsync, [200, 401, 403, 405, 429, 500]);
        Route("POST", "/v1/reload", Operator.ReloadAsync, [200, 401, 403, 405, 429, 500, 503]);
        Text("/metrics", () => (200, Metrics.Text(), Metrics.ContentType), [200, 405, 500]);
        Text("/healthz", () => IsHealthy() ? (200, "ok\n", Plain) : (503, "the last write failed\n", Plain), [200, 405, 500, 503]);
        Text("/openapi.json", () => (200, OpenApi.Text, "application/json"), [200, 405, 500]);

        void Route(string method, string path, RequestDelegate handle, int[] statuses) =>
            app.Map(path, handle).WithMetadata(new Answers(method, path, statuses));

        void Text(string path, Func<(int Status, string Text, string Type)> answer, int[] statuses) =>
            Route("GET", path, context =>
            {
                if (!HttpMethods.IsGet(context.Request.Method))
                {
                    context.Response.Headers.Allow = HttpMethods.Get;
                    return Replies.RefusedAsync(context.Response, new Refusal(Problem.Method), time.GetUtcNow());
                }

                var (status, text, type) = answer();
                context.Response.StatusCode = status;
                context.Response.ContentType = type;
                context.Response.Headers.CacheControl = "no-store";
                return context.Response.WriteAsync(text);
            }, statuses);
    }

    const string Plain = "text/plain; charset=utf-8";

    static void UseTls(ListenOptions listen, Certificate certificate) => listen.UseHttps(new TlsHandshakeCallbackOptions
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Now,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        }),
    });
}

/// <summary>All that a route can answer.</summary>
/// <param name="Method">Its one method; another is answered 405.</param>
/// <param name="Path">Its path.</param>
/// <param name="Statuses">Every status.</param>
sealed record Answers(string Method, string Path, IReadOnlyList<int> Statuses);
