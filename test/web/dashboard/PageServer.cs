// SPDX-License-Identifier: MIT
// Serves the built pages and a published folder like the collector: same paths, same security headers.

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace Tallymark.Browser.Tests;

sealed class PageServer : IAsyncDisposable
{
    const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    readonly WebApplication _app;

    PageServer(WebApplication app, LiveView live, Uri address)
    {
        _app = app;
        Live = live;
        Address = address;
    }

    /// <summary>The address of the public page; the maintainer's page is beside it.</summary>
    public Uri Address { get; }

    /// <summary>The answers of <c>v1/live</c>.</summary>
    public LiveView Live { get; }

    /// <param name="published">The folder behind <c>public/</c>.</param>
    /// <param name="below">The path below which everything is served, without a trailing slash.</param>
    /// <param name="failing">Paths that respond with 500.</param>
    public static async Task<PageServer> Start(string published, string below = "", params string[] failing)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var live = new LiveView();

        app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = Policy;
            context.Response.Headers.XContentTypeOptions = "nosniff";
            if (!failing.Contains(context.Request.Path.Value, StringComparer.Ordinal))
                return next();
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        });
        app.UsePathBase(below);
        app.UseRouting();
        app.MapGet("/v1/tools", live.Tools);
        app.MapGet("/v1/live", live.Minute);
        var pages = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        app.MapGet("/", () => Results.File(Path.Combine(pages, "index.html"), "text/html"));
        app.MapGet("/maintainer", () => Results.File(Path.Combine(pages, "maintainer.html"), "text/html"));
        app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(pages) });
        var contentTypes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [".json"] = "application/json",
            [".tsv"] = "text/tab-separated-values; charset=utf-8",
            [".md"] = "text/plain; charset=utf-8",
        };
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(published),
            RequestPath = "/public",
            ContentTypeProvider = new FileExtensionContentTypeProvider(contentTypes),
        });

        await app.StartAsync();
        var bound = app.Urls.First();
        return new PageServer(app, live, new Uri(new Uri(bound), below + "/"));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
