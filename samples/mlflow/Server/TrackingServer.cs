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

    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
        });
        var listen = builder.Configuration["listen"] ?? "127.0.0.1:5000";
        builder.WebHost.UseUrls("http://" + listen);
        builder.Services.AddHostFiltering(hosts =>
            hosts.AllowedHosts = AllowedHosts.For(listen, builder.Configuration["hosts"]));
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        AddServices(builder.Services, builder.Configuration["data"] ?? "mlflow-data");
        var app = builder.Build();
        Map(app);
        StartGateway(app.Services.GetRequiredService<EventContext>());
        return app;
    }

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
        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.PropertyNamingPolicy = MlflowJson.Options.PropertyNamingPolicy);
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

    // The gateway is part of the server: it starts with it.
    static void StartGateway(EventContext context) => UsageTracking.Client.GatewayStart(context.Fill);
}
