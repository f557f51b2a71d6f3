// SPDX-License-Identifier: MIT

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

/// <summary>Creates the web server of the public address; its routes are in <see cref="PublicRoutes"/>.</summary>
/// <param name="options">The operator's settings.</param>
/// <param name="routes">The routes.</param>
/// <param name="admission">Refuses requests before they are read.</param>
/// <param name="connections">Limits connections.</param>
/// <param name="unreadable">Counts requests that are not HTTP.</param>
/// <param name="logTo">Receives the framework's errors.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
/// <param name="certificate">The certificate; null: plain HTTP.</param>
sealed class PublicServer(
    CollectorOptions options, PublicRoutes routes, Admission admission, Connections connections,
    UnreadableRequests unreadable, StandardErrorLog logTo, TimeProvider time, ILogger log,
    Certificate? certificate = null)
{
    readonly AddressTruncation _addresses = new(options.TrustedProxies);

    /// <exception cref="IOException">A folder of pages can't be created.</exception>
    public WebApplication Create()
    {
        var app = WebServer.Create(options.Limits, logTo, Listen);
        unreadable.Observe(app.Services.GetRequiredService<DiagnosticListener>());
        app.Use(ServeAsync);
        app.UsePageNames();
        if (options.Pages is { } pages)
            app.UseFolder(PageServing.Open(pages), "");
        if (options.Public is { } published)
            app.UseFolder(PageServing.Open(published), "/public");
        app.UseRouting();
        routes.Map(app);
        return app;
    }

    void Listen(KestrelServerOptions kestrel)
    {
        kestrel.Limits.MaxConcurrentConnections = null; // Connections counts them and evicts idle ones
        kestrel.Listen(options.Listen, listen =>
        {
            listen.Use(next => connection => connections.ServeAsync(connection, next));
            if (certificate is not null)
                UseTls(listen, certificate);
        });
    }

    async Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        Connections.MarkBusy(context);
        var client = _addresses.TakePrefix(context);
        context.Features.Set(new NetworkPrefixFeature(client));
        PageServing.AddHeaders(context.Response.Headers, certificate is not null);
        try
        {
            if (admission.Refuse(context.Request, client) is { } refusal)
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
            connections.MarkIdle(context);
        }

        var route = context.GetEndpoint()?.Metadata.GetMetadata<DocumentedRoute>();
        if (route?.Statuses.Contains(context.Response.StatusCode) == false)
            log.UndocumentedAnswer(route.Method, route.Path, context.Response.StatusCode);
    }

    static void UseTls(ListenOptions listen, Certificate certificate) => listen.UseHttps(new TlsHandshakeCallbackOptions
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Current,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        }),
    });
}
