// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
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

/// <summary>
/// Creates the web server of the public and the operations address; its routes are in <see cref="PublicRoutes"/>.
/// </summary>
/// <param name="options">The operator's settings.</param>
/// <param name="routes">The routes.</param>
/// <param name="admission">Refuses requests before they are read.</param>
/// <param name="connections">Limits connections.</param>
/// <param name="unreadable">Counts requests that are not HTTP.</param>
/// <param name="proxies">Reports proxies that are not set up.</param>
/// <param name="logTo">Receives the framework's errors.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
/// <param name="certificate">The certificate; null: plain HTTP.</param>
sealed class PublicServer(
    CollectorOptions options, PublicRoutes routes, Admission admission, Connections connections,
    UnreadableRequests unreadable, ProxyWatch proxies, StandardErrorLog logTo, TimeProvider time, ILogger log,
    Certificate? certificate = null)
{
    const string ListenOption = "--listen";
    const string SocketUrl = "://unix:";

    readonly AddressTruncation _addresses = new(options.TrustedProxies, options.OwnNetworks, proxies);

    /// <summary>Starts the server.</summary>
    public SocketBinding Binding { get; } = new(address => ReferenceEquals(address, options.Operations)
        ? ("--operations", options.Operations.ToString())
        : (ListenOption, TextOf(options.Listen)));

    /// <exception cref="IOException">A folder of pages can't be created.</exception>
    public WebApplication Create()
    {
        var app = WebServer.Create(options.Limits, logTo, Binding, Listen);
        unreadable.Observe(app.Services.GetRequiredService<DiagnosticListener>());
        app.Use(ServeAsync);
        app.Use(OnlyCountersAsync);
        app.UsePageNames();
        if (options.Pages is { } pages)
            app.UseFolder(PageServing.Open(pages), "");
        if (options.Public is { } published)
            app.UseFolder(PageServing.Open(published), "/public");
        app.UseRouting();
        routes.Map(app);
        return app;
    }

    /// <summary>An address of the server as the operator wrote it: a URL, or <c>unix:PATH</c>.</summary>
    public static string TextOf(string url) =>
        url.IndexOf(SocketUrl, StringComparison.Ordinal) is >= 0 and var at
            ? "unix:" + url[(at + SocketUrl.Length)..]
            : new Uri(url).GetLeftPart(UriPartial.Authority);

    /// <summary>Removes the socket file of a collector that was killed.</summary>
    /// <exception cref="ListenException">
    /// A process listens on it, it is another kind of file, or it can't be removed.
    /// </exception>
    public void RemoveOldSocketFile()
    {
        if (options.Listen is not UnixDomainSocketEndPoint file)
            return;
        var path = file.ToString()!;
        if (!Path.Exists(path))
            return;
        if (!IsAbandonedSocket(file, path))
        {
            throw new ListenException(
                ListenOption, TextOf(file),
                "the file exists: another process listens on it, or it is not a socket. Remove it, or choose another "
                + "path.");
        }

        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ListenException(
                ListenOption, TextOf(file),
                $"the socket of an earlier process can't be removed. {e.Message} Remove it, or choose another path.");
        }
    }

    /// <summary>
    /// Lets the group connect, whatever the umask is: the proxy runs as another user. The folder's mode can allow less.
    /// </summary>
    public void ShareSocketFile()
    {
        const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        if (!OperatingSystem.IsWindows() && options.Listen is UnixDomainSocketEndPoint file)
            File.SetUnixFileMode(file.ToString()!, OwnerFile.Mode | Group);
    }

    static string TextOf(EndPoint address) => address switch
    {
        UnixDomainSocketEndPoint file => $"unix:{file}",
        DnsEndPoint local => $"{local.Host}:{local.Port}",
        _ => address.ToString()!,
    };

    static bool IsAbandonedSocket(UnixDomainSocketEndPoint file, string path)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(file);
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // connect(2) refuses on a regular file as well. Only a socket can't be opened.
        }
        catch (SocketException)
        {
            return false;
        }

        try
        {
            File.OpenHandle(path).Dispose();
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    void Listen(KestrelServerOptions kestrel)
    {
        kestrel.Limits.MaxConcurrentConnections = null; // Connections counts them and evicts idle ones
        switch (options.Listen)
        {
            case UnixDomainSocketEndPoint file:
                kestrel.ListenUnixSocket(file.ToString()!, Configure);
                break;
            case DnsEndPoint local:
                kestrel.ListenLocalhost(local.Port, Configure);
                break;
            case var address:
                kestrel.Listen(address, Configure);
                break;
        }

        void Configure(ListenOptions listen)
        {
            listen.Use(next => connection => connections.ServeAsync(connection, next));
            if (certificate is not null)
                UseTls(listen, certificate);
        }

        kestrel.Listen(options.Operations, listen => listen.Use(next => connection =>
        {
            OperationsConnection.Mark(connection);
            return next(connection);
        }));
    }

    Task OnlyCountersAsync(HttpContext context, RequestDelegate next) =>
        OperationsConnection.Is(context) && !OperationsConnection.Serves(context.Request.Path)
            ? Replies.RefusedAsync(context.Response, new Refusal(Problem.NotFound), time.GetUtcNow())
            : next(context);

    async Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        connections.MarkBusy(context);
        if (HttpMethods.IsHead(context.Request.Method))
            context.Request.Method = HttpMethods.Get; // the web server itself leaves the body out
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
