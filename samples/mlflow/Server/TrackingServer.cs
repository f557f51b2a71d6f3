// SPDX-License-Identifier: MIT
using Mlflow.Server.Api;
using Mlflow.Server.Gateway;
using Mlflow.Server.Storage;
using Mlflow.Server.Webhooks;
using Mlflow.Stores;
using Tallymark.AspNetCore;

namespace Mlflow.Server;

/// <summary>Puts the server together.</summary>
static class TrackingServer
{
    const string Database = "mlflow.duckdb";

    /// <summary>The server, which does not listen yet.</summary>
    public static WebApplication Create(ServerOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseUrls("http://" + options.Listen);
        builder.Services.AddHostFiltering(hosts =>
            hosts.AllowedHosts = AllowedHosts.For(options.Listen, options.Hosts));
        // The host logs why it can't start; Program prints that in one line.
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        AddServices(builder.Services, options.Data);
        var app = builder.Build();
        Map(app);
        return app;
    }

    /// <summary>Starts it. The gateway is part of the server: it starts with it, or fails with it.</summary>
    public static Task Start(WebApplication app) => UsageTracking.Client.GatewayStart(async run =>
    {
        app.Services.GetRequiredService<EventContext>().Fill(run);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            // Services that run already end as when the server stops, not as if they had failed.
            app.Lifetime.StopApplication();
            throw;
        }
    });

    static void AddServices(IServiceCollection services, string data)
    {
        var folder = Directory.CreateDirectory(data).FullName;
        services.AddSingleton(_ => new Database(Path.Combine(folder, Database)));
        services.AddSingleton(_ => new SecretSeal(folder));
        services.AddSingleton(new EventContext("duckdb:", StoreKind.SqlAlchemyStore));
        services.AddSingleton<DuckDbStore>();
        services.AddSingleton<ITrackingStore>(all => all.GetRequiredService<DuckDbStore>());
        services.AddSingleton<GatewayStore>();
        services.AddSingleton<ModelRouter>();
        services.AddSingleton<GatewayRoutes>();
        services.AddSingleton<InvocationRoutes>();
        services.AddSingleton<TrackingRoutes>();
        services.AddSingleton<WebhookSender>();
        services.AddHostedService(all => all.GetRequiredService<WebhookSender>());
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = MlflowJson.Options.PropertyNamingPolicy;
            // A request without a part that it needs is refused, and does not fail somewhere later.
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
        });
    }

    static void Map(WebApplication app)
    {
        app.UseHostFiltering();
        app.Use((http, next) => Refusals.Answer(http, next));
        app.Use((http, next) =>
        {
            http.Response.Headers.ContentSecurityPolicy = "default-src 'self'";
            return next(http);
        });
        app.UseDefaultFiles();
        app.UseStaticFiles();
        MapTelemetry(app);
        app.Services.GetRequiredService<TrackingRoutes>().Map(app);
        app.Services.GetRequiredService<GatewayRoutes>().Map(app);
        app.Services.GetRequiredService<InvocationRoutes>().Map(app);
    }

    // The page's records have the server's common fields.
    static void MapTelemetry(WebApplication app)
    {
        var context = app.Services.GetRequiredService<EventContext>();
        UsageTracking.Client.PageFields = context.Fill;
        app.MapTallymark(UsageTracking.Client);
    }
}
