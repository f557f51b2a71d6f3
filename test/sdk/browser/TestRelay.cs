// SPDX-License-Identifier: MIT

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tallymark.Sdk.Browser.Tests;

/// <summary>
/// A server with a page and a relay for it, over HTTP on loopback. It answers as the contract says, unless a test sets
/// <see cref="Fault"/>, and keeps every request. Every page has the policy <c>default-src 'self'</c>.
/// </summary>
sealed class TestRelay : IAsyncDisposable
{
    public const string Notice =
        "MLflow collects anonymous usage data to find out which features help and which confuse.\n" +
        "The data is received by the MLflow maintainers and kept for 400 days.";

    readonly Lock _sync = new();
    readonly List<Received> _requests = [];
    readonly Dictionary<string, PageRecord> _taken = new(StringComparer.Ordinal);
    readonly List<(Func<bool> Met, TaskCompletionSource Signal)> _waiting = [];
    readonly WebApplication _app;
    int _known;

    TestRelay(WebApplication app) => _app = app;

    /// <summary>The page's folder, at 127.0.0.1.</summary>
    public Uri Address { get; private set; } = null!;

    public bool On { get; set; } = true;

    /// <summary>Whether the server has its own receipt of the notice.</summary>
    public bool Seen { get; set; }

    public string Scope { get; set; } = "00112233445566aa";

    /// <summary>The notice of the settings.</summary>
    public string Text { get; set; } = Notice;

    /// <summary>May answer a request in place of the relay; returns whether it has.</summary>
    public Func<HttpContext, Received, Task<bool>>? Fault { get; set; }

    /// <summary>Every request except those for pages and scripts, in order.</summary>
    public IReadOnlyList<Received> Requests { get { lock (_sync) return [.. _requests]; } }

    public IEnumerable<Received> Posts => Requests.Where(request => request.Method == "POST");

    /// <summary>The accepted records, each once.</summary>
    public IReadOnlyList<PageRecord> Taken { get { lock (_sync) return [.. _taken.Values]; } }

    /// <summary>How many records came again.</summary>
    public int Known { get { lock (_sync) return _known; } }

    /// <summary>A fault: no events for an hour.</summary>
    public static Task<bool> Busy(HttpContext context, Received request)
    {
        if (!request.IsEvents)
            return Task.FromResult(false);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "3600";
        return Task.FromResult(true);
    }

    /// <param name="body">The body of the page.</param>
    /// <param name="script">A module of the page.</param>
    /// <param name="below">The path below which everything is served, as behind a reverse proxy.</param>
    public static async Task<TestRelay> Start(string body, string script = "", string below = "")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var relay = new TestRelay(app);
        app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = "default-src 'self'";
            context.Response.Headers.CacheControl = "no-cache";
            return next();
        });
        app.UsePathBase(below);
        app.UseRouting();
        app.MapGet("/", () => Results.Text(TestPage.Html(body), "text/html; charset=utf-8"));
        app.MapGet("/frame", () => Results.Text(TestPage.SandboxedFrame, "text/html; charset=utf-8"));
        app.MapGet("/plain", () => Results.Text("<!doctype html><title>Plain</title>", "text/html; charset=utf-8"));
        app.MapGet("/page.js", () => Results.Text(script, "text/javascript"));
        app.MapGet("/page.css", () => Results.Text(TestPage.Css, "text/css"));
        app.MapGet("/tallymark/{file}.js", (string file, HttpContext context) =>
        {
            context.Response.Headers.AccessControlAllowOrigin = "*"; // for the sandboxed frame, whose origin is "null"
            return Results.File(Path.Combine(SdkFiles.Folder, $"{file}.js"), "text/javascript; charset=utf-8");
        });
        app.MapGet("/tallymark/settings", relay.Answer);
        app.MapPost("/tallymark/{what}", relay.Answer);
        await app.StartAsync();
        relay.Address = new Uri(new Uri(app.Urls.First()), $"{below}/");
        return relay;
    }

    /// <summary>Waits until so many different records were accepted; returns them.</summary>
    public async Task<IReadOnlyList<PageRecord>> WaitForRecords(int count)
    {
        await WaitFor(() => _taken.Count >= count, $"{count} records");
        return Taken;
    }

    /// <summary>Waits until so many records have come again.</summary>
    public Task WaitForKnown(int count) => WaitFor(() => _known >= count, $"{count} known records");

    /// <summary>Waits until so many requests to a path have come.</summary>
    public Task WaitForRequests(string what, int count = 1) => WaitFor(
        () => _requests.Count(r => r.Path.EndsWith($"/{what}", StringComparison.Ordinal)) >= count,
        $"{count} requests to {what}");

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task WaitFor(Func<bool> met, string what)
    {
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_sync)
        {
            if (met())
                return;
            _waiting.Add((met, signal));
        }

        try
        {
            await signal.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Still waiting for {what}. {Taken.Count} records were taken. Requests:\n" +
                string.Join('\n', Requests.Select(r => $"{r.Method} {r.Path} {r.Body}")));
        }
    }

    async Task Answer(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = new Received(
            context.Request.Method, context.Request.Path, await reader.ReadToEndAsync(),
            string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}")));
        Change(() => _requests.Add(request));
        if (Fault is { } fault && await fault(context, request))
            return;
        if (request.IsEvents)
            await Take(context, request);
        else if (request.IsSeen)
            context.Response.StatusCode = Agree(request.Body) ? 204 : 409;
        else
            await Settings(context);
    }

    bool Agree(string body) => Seen = On && body == $$"""{"scope":"{{Scope}}"}""";

    Task Settings(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.AccessControlAllowOrigin = "*"; // as above
        return context.Response.WriteAsJsonAsync(On
            ? new
            {
                tool = "mlflow",
                title = "MLflow",
                on = true,
                scope = Scope,
                notice = Text,
                more = "https://mlflow.example/telemetry",
                contact = "mailto:privacy@mlflow.example",
            }
            : (object)new { tool = "mlflow", title = "MLflow", on = false, why = "server" });
    }

    async Task Take(HttpContext context, Received request)
    {
        if (!On)
        {
            await context.Response.WriteAsJsonAsync(new { on = false });
            return;
        }

        if (!Seen || !request.Body.StartsWith($$"""{"scope":"{{Scope}}",""", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 409;
            return;
        }

        var (taken, known) = (0, 0);
        Change(() =>
        {
            taken = request.Records.Count(record => _taken.TryAdd(record.Id, record));
            known = request.Records.Count - taken;
            _known += known;
        });
        await context.Response.WriteAsJsonAsync(new { on = true, scope = Scope, taken, known, dropped = 0 });
    }

    void Change(Action change)
    {
        lock (_sync)
        {
            change();
            foreach (var (_, signal) in _waiting.Where(waiting => waiting.Met()))
                signal.TrySetResult();
        }
    }
}
