// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Http;

/// <summary>
/// The public address and the control socket. They start last and stop first (<see cref="CollectorServer"/>, steps 1
/// and 2). Members are thread-safe once it has started.
/// </summary>
sealed class Listeners(
    PublicServer publicServer, ControlSocket controlSocket, Pipeline pipeline, StoreMaintenance maintenance,
    StoreThread store, ToolSet tools, Addresses addresses, ILogger log) : IHostedService, IAsyncDisposable
{
    WebApplication? _control;
    WebApplication? _public;

    /// <summary>The public address, with the actual port.</summary>
    public Uri Address => new(_public!.Urls.First());

    /// <summary>The operations address, with the actual port.</summary>
    public Uri Operations => new(_public!.Urls.Last());

    /// <summary>The public address for people: a URL, or <c>unix:PATH</c>.</summary>
    public string ListensOn => PublicServer.TextOf(_public!.Urls.First());

    /// <summary>Every route of the public address.</summary>
    public IEnumerable<DocumentedRoute> Routes => ((IEndpointRouteBuilder)_public!).DataSources
        .SelectMany(source => source.Endpoints)
        .Select(endpoint => endpoint.Metadata.GetMetadata<DocumentedRoute>()).OfType<DocumentedRoute>();

    /// <summary>The socket first: a client that sees the public address may run commands.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _control = controlSocket.Create();
        _public = publicServer.Create();
        await controlSocket.Binding.StartAsync(_control, cancellationToken);
        controlSocket.RestrictMode();
        publicServer.RemoveOldSocketFile();
        await publicServer.Binding.StartAsync(_public, cancellationToken);
        publicServer.ShareSocketFile();
        (addresses.ListensOn, addresses.Operations) = (ListensOn, PublicServer.TextOf(Operations.ToString()));
        log.Started(tools.All.Count);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        pipeline.Stop();                                                  // 1
        maintenance.Stop();
        store.Stop(); // a command can ask again; a stop can't wait for the scan of a year
        await Task.WhenAll(StopAsync(_public), StopAsync(_control));      // 2: with the writes that requests wait for
    }

    public async ValueTask DisposeAsync()
    {
        var (@public, control) = (_public, _control);
        (_public, _control) = (null, null);
        if (@public is not null)
            await @public.DisposeAsync();
        if (control is not null)
            await control.DisposeAsync();
    }

    // Without the host's token: a web server takes at most its own DrainTime.
    static Task StopAsync(WebApplication? app) =>
        app is null ? Task.CompletedTask : app.StopAsync(CancellationToken.None);
}
