// SPDX-License-Identifier: MIT
// How the collector's two web servers are made: with every bound written down and no setting from anywhere else.

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Http;

static class ServerShape
{
    /// <summary>
    /// A web server that knows only what is said here: no settings file of the working folder, no environment variable,
    /// no log but ours.
    /// </summary>
    public static WebApplication Make(Limits limits, ILoggerProvider log, Action<KestrelServerOptions> listen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(log);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, OwnLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = limits.DrainTime);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.AllowSynchronousIO = false;
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
            kestrel.Limits.MaxConcurrentConnections = limits.Connections; // the public address makes room instead
            kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
            kestrel.Limits.MaxRequestBodySize = 4L * limits.PackedBytes; // so that who sends too much can read why
            kestrel.Limits.MaxRequestLineSize = Math.Min(4096, limits.HeaderBytes);
            kestrel.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytes;
            kestrel.Limits.MaxRequestHeaderCount = limits.Headers;
            kestrel.Limits.RequestHeadersTimeout = limits.HeaderTime;
            kestrel.Limits.KeepAliveTimeout = limits.IdleTime;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.BytesPerSecond, limits.RateGrace);
            kestrel.Limits.MinResponseDataRate = new MinDataRate(limits.BytesPerSecond, limits.RateGrace);
            listen(kestrel);
        });
        return builder.Build();
    }

    /// <summary>Signals are the command's business: it stops both servers in order.</summary>
    sealed class OwnLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
