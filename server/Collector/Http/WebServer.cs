// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Http;

/// <summary>Creates the collector's two web servers, with every limit set explicitly.</summary>
static class WebServer
{
    /// <summary>
    /// Creates a web server that reads no settings file and no environment variable, and logs only to
    /// <paramref name="log"/>. Start it with <paramref name="binding"/>.
    /// </summary>
    public static WebApplication Create(
        Limits limits, ILoggerProvider log, SocketBinding binding, Action<KestrelServerOptions> listen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(log);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = limits.DrainTimeout);
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = binding.Bind);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.AllowSynchronousIO = false;
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
            kestrel.Limits.MaxConcurrentConnections = limits.MaxConnections; // the public address evicts instead
            kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
            kestrel.Limits.MaxRequestBodySize = 4L * limits.MaxBodyBytes; // above ours, so that clients get our 413
            kestrel.Limits.MaxRequestLineSize = Math.Min(4096, limits.MaxHeaderBytes);
            kestrel.Limits.MaxRequestHeadersTotalSize = limits.MaxHeaderBytes;
            kestrel.Limits.MaxRequestHeaderCount = limits.MaxHeaders;
            kestrel.Limits.RequestHeadersTimeout = limits.HeaderTimeout;
            kestrel.Limits.KeepAliveTimeout = limits.IdleTimeout;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.MinBytesPerSecond, limits.RateGracePeriod);
            kestrel.Limits.MinResponseDataRate = new MinDataRate(limits.MinBytesPerSecond, limits.RateGracePeriod);
            listen(kestrel);
        });
        return builder.Build();
    }
}
