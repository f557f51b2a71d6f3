// SPDX-License-Identifier: MIT
// The server for the other telemetry libraries. It answers at once and counts the deliveries, so that a run that sent
// nothing is noticed.

using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tallymark.Bench;

/// <summary>Listens on a free port of this machine.</summary>
sealed class AnsweringServer : IAsyncDisposable
{
    readonly WebApplication _app;
    int _events;
    int _spans;

    AnsweringServer(WebApplication app) => _app = app;

    /// <summary>The address, with a trailing slash.</summary>
    internal string Address { get; private set; } = "";

    /// <summary>Requests with an Application Insights event.</summary>
    internal int Events => Volatile.Read(ref _events);

    /// <summary>Requests with an OpenTelemetry span.</summary>
    internal int Spans => Volatile.Read(ref _spans);

    internal static async Task<AnsweringServer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var server = new AnsweringServer(builder.Build());
        server._app.MapPost("/v2/track", server.TakeEvents);
        server._app.MapPost("/v1/traces", server.TakeSpans);
        await server._app.StartAsync();
        foreach (var address in server._app.Urls)
            server.Address = address + "/";
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task TakeEvents(HttpContext context)
    {
        if ((await Body(context)).Contains("\"name\":\"count\"", StringComparison.Ordinal))
            Interlocked.Increment(ref _events);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("""{"itemsReceived":1,"itemsAccepted":1,"errors":[]}""");
    }

    async Task TakeSpans(HttpContext context)
    {
        // Protobuf does not encode text: the span is named `count`, its source `lines`.
        if ((await Body(context)).Contains("count", StringComparison.Ordinal))
            Interlocked.Increment(ref _spans);
        context.Response.ContentType = "application/x-protobuf";
        context.Response.ContentLength = 0;
    }

    static async Task<string> Body(HttpContext context)
    {
        var zipped = context.Request.Headers.ContentEncoding == "gzip";
        await using var body = zipped
            ? new GZipStream(context.Request.Body, CompressionMode.Decompress)
            : context.Request.Body;
        using var reader = new StreamReader(body, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}
