// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;

namespace Tallymark.Collector.Http;

/// <summary>
/// Serves the dashboard's pages and the published folder as plain files, and sets the security headers of every reply.
/// </summary>
static class PageServing
{
    // A browser may load resources from this server only. Charts need no inline script and set their styles through the
    // DOM.
    const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    // A closed list: files of other types are not served.
    static readonly Dictionary<string, string> ContentTypes = new(StringComparer.Ordinal)
    {
        [".css"] = "text/css; charset=utf-8",
        [".html"] = "text/html; charset=utf-8",
        [".ico"] = "image/x-icon",
        [".js"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json; charset=utf-8",
        [".md"] = "text/markdown; charset=utf-8",
        [".parquet"] = "application/vnd.apache.parquet",
        [".png"] = "image/png",
        [".svg"] = "image/svg+xml; charset=utf-8",
        [".tsv"] = "text/tab-separated-values; charset=utf-8",
        [".txt"] = "text/plain; charset=utf-8",
        [".woff2"] = "font/woff2",
    };

    /// <summary>Adds the headers of every reply, pages or not.</summary>
    public static void AddHeaders(IHeaderDictionary headers, bool tls)
    {
        if (tls)
            headers.StrictTransportSecurity = "max-age=31536000";
        headers["Tallymark-Collector"] = "1";
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.XFrameOptions = "DENY";
    }

    /// <summary>Serves a folder below a path. <paramref name="files"/> lives as long as the server.</summary>
    public static void UseFolder(this WebApplication app, PlainFiles files, string path) =>
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            RequestPath = path,
            ContentTypeProvider = new FileExtensionContentTypeProvider(ContentTypes),
            // The browser asks each time and gets 304 by ETag: today's page must not show yesterday's data.
            OnPrepareResponse = static file => file.Context.Response.Headers.CacheControl = "no-cache",
        });

    /// <summary>Maps the short addresses of pages: <c>/</c> and <c>/maintainer</c>.</summary>
    public static void UsePageNames(this WebApplication app) => app.Use((context, next) =>
    {
        context.Request.Path = context.Request.Path.Value switch
        {
            "/" => "/index.html",
            "/maintainer" => "/maintainer.html",
            _ => context.Request.Path,
        };
        return next(context);
    });

    /// <summary>Opens a folder, and makes it if it does not exist: it may be published into later.</summary>
    /// <exception cref="IOException">The folder can't be made.</exception>
    public static PlainFiles Open(string folder)
    {
        Directory.CreateDirectory(folder);
        return new PlainFiles(folder);
    }
}
