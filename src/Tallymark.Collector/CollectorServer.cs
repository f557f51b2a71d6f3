// SPDX-License-Identifier: MIT
// A running collector: which parts it has, in which order they start, and in which they stop so that nothing is lost.

using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tallymark.Collector.Access;
using Tallymark.Collector.Address;
using Tallymark.Collector.Commit;
using Tallymark.Collector.Control;
using Tallymark.Collector.Count;
using Tallymark.Collector.Locate;
using Tallymark.Collector.Pages;
using Tallymark.Collector.Reply;
using Tallymark.Collector.Settings;
using Tallymark.Collector.Tools;
using Tallymark.Store;

namespace Tallymark.Collector;

/// <summary>
/// A running collector. Stop it by <see cref="DisposeAsync"/>, once; members are safe for any thread.
/// </summary>
public sealed class CollectorServer : IAsyncDisposable
{
    const int LongestSocket = 103; // sun_path, the shortest of all systems

    readonly IDisposable _lock;
    readonly StandardErrorLog _logTo;
    readonly ILogger _log;
    readonly StoreThread _store;
    readonly WebApplication _public;
    readonly WebApplication _control;
    readonly Pipeline _pipeline;

    CollectorServer(
        IDisposable @lock, StandardErrorLog logTo, StoreThread store, WebApplication @public, WebApplication control,
        Pipeline pipeline)
    {
        _lock = @lock;
        _logTo = logTo;
        _log = logTo.CreateLogger(StandardErrorLog.Category);
        _store = store;
        _public = @public;
        _control = control;
        _pipeline = pipeline;
    }

    /// <summary>The product's version.</summary>
    public static string Version { get; } = typeof(CollectorServer).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Where it listens, with the port that it really has.</summary>
    public Uri Address => new(_public.Urls.First());

    /// <summary>
    /// Starts a collector; on return it answers. It reads manifests and country tables first, which takes about half a
    /// second.
    /// </summary>
    /// <param name="options">What the operator says.</param>
    /// <param name="openStore">Opens the store in the data folder, once the folder is the collector's own.</param>
    /// <param name="log">Where lines for people go; it stays the caller's.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">
    /// A folder or table can't be used, the address is taken, or another collector has the folder.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">A folder belongs to somebody else.</exception>
    /// <exception cref="FormatException">A country table is not of its form.</exception>
    /// <exception cref="StoreException">The store can't be opened.</exception>
    public static async Task<CollectorServer> StartAsync(
        CollectorOptions options, Func<DataFolder, IEventStore> openStore, TextWriter log, TimeProvider time)
    {
        var logTo = new StandardErrorLog(log, time);
        var say = logTo.CreateLogger(StandardErrorLog.Category);
        var data = DataFolder.Open(options.Data);
        var alone = data.TryLock() ?? throw new IOException($"Another collector has {data.Path}.");
        StoreThread? store = null;
        WebApplication? control = null;
        WebApplication? @public = null;
        try
        {
            // 1. What it needs to know.
            if (!Directory.Exists(options.Manifests))
                throw new DirectoryNotFoundException($"No folder {options.Manifests}.");
            var countries = options.Countries is { } tables ? CountryTable.Load(tables) : CountryTable.Empty;
            if (options.Countries is null)
                say.NoCountries();
            var commits = new CommitCounters();
            var memory = new MemoryBudget(options.Limits.BytesInFlight);
            store = new StoreThread(openStore(data), options.Limits, commits, say);
            var tools = await store.AskAsync(s => new ManifestIntake(data, s, say).Read(options.Manifests));

            // 2. The parts.
            var batches = new RequestCounters();
            var pipeline = new Pipeline(tools, countries, store, memory, batches, options.Limits, time, say);
            var requests = new RequestCounters();
            var deletions = new Deletions(tools, store, memory, requests, options.Limits, time, say);
            var metrics = new Metrics(tools, batches, requests, commits, memory);
            var live = new LiveView(tools, new TokenFile(data), time);
            control = MakeControl(options, logTo, data, new ControlEndpoints(tools, store, time.GetUtcNow(), say));
            var settings = new SettingsEndpoint(tools, data, time, say);
            @public = MakePublic(options, logTo, pipeline, deletions, metrics, commits, live, settings, time, say);

            // 3. Commands first: who sees the public address may use them.
            await control.StartAsync();
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(data.Socket, DataFolder.OwnerOnly);
            await @public.StartAsync();
            say.Started(tools.All.Count);
            return new CollectorServer(alone, logTo, store, @public, control, pipeline);
        }
        catch
        {
            if (@public is not null)
                await @public.DisposeAsync();
            if (control is not null)
                await control.DisposeAsync();
            store?.Dispose();
            alone.Dispose();
            throw;
        }
    }

    /// <summary>Takes nothing new, finishes and commits what was received, and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        _log.Stopping();
        _pipeline.Stop();
        await _public.StopAsync(); // waits for the requests under way, and so for their commits
        _store.StopReaders(); // a command can ask again; a stop can't wait for the scan of a year
        await _control.StopAsync();
        _store.Dispose();
        await _public.DisposeAsync();
        await _control.DisposeAsync();
        _lock.Dispose();
        _log.Stopped();
        _logTo.Dispose();
    }

    static WebApplication MakePublic(
        CollectorOptions options, StandardErrorLog logTo, Pipeline pipeline, Deletions deletions, Metrics metrics,
        CommitCounters commits, LiveView live, SettingsEndpoint settings, TimeProvider time, ILogger log)
    {
        var app = ServerShape.Make(options.Limits, logTo, kestrel => kestrel.Listen(options.Listen));
        var addresses = new AddressCut(options.TrustedProxies);
        app.Use(async (context, next) =>
        {
            context.Features.Set(new NetworkPrefixFeature(addresses.Take(context)));
            PageServing.AddHeaders(context.Response.Headers);
            try
            {
                await next(context);
            }
            catch (Exception e) when (!context.Response.HasStarted) // the edge of the server
            {
                log.RequestBroke(e.GetType().Name, e.StackTrace);
                await Replies.RefusedAsync(context.Response, new Refusal(Problem.Internal), time.GetUtcNow());
            }
        });
        app.UsePageNames();
        if (options.Pages is { } pages)
            app.UseFolder(PageServing.Open(pages), "");
        if (options.Public is { } published)
            app.UseFolder(PageServing.Open(published), "/public");
        app.UseRouting();
        app.Map("/v1/batches", pipeline.HandleAsync);
        app.Map("/v1/deletions", deletions.HandleAsync);
        app.Map("/v1/settings", settings.HandleAsync);
        app.Map("/v1/tools", live.ToolsAsync);
        app.Map("/v1/live", live.LiveAsync);
        app.MapGet("/metrics", context =>
            SayAsync(context, StatusCodes.Status200OK, metrics.Text(), Metrics.ContentType));
        app.MapGet("/healthz", context => commits.Healthy
            ? SayAsync(context, StatusCodes.Status200OK, "ok\n")
            : SayAsync(context, StatusCodes.Status503ServiceUnavailable, "the last commit failed\n"));
        app.MapFallback("/{**path}", context =>
            Replies.RefusedAsync(context.Response, new Refusal(Problem.NotFound), time.GetUtcNow()));
        return app;
    }

    static WebApplication MakeControl(
        CollectorOptions options, StandardErrorLog logTo, DataFolder data, ControlEndpoints endpoints)
    {
        if (Encoding.UTF8.GetByteCount(data.Socket) > LongestSocket)
        {
            throw new IOException(
                $"{data.Socket}: a socket's path has at most {LongestSocket} bytes; choose a shorter --data.");
        }

        File.Delete(data.Socket); // a leftover: the lock says that nobody listens on it
        var app = ServerShape.Make(options.Limits, logTo, kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null; // a publisher may think between two cells
            kestrel.ListenUnixSocket(data.Socket);
        });
        app.UseRouting();
        endpoints.Map(app);
        return app;
    }

    static Task SayAsync(HttpContext context, int status, string text, string type = "text/plain; charset=utf-8")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text);
    }
}
