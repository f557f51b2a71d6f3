// SPDX-License-Identifier: MIT
using Mlflow.Entities;
using Mlflow.Server.Api;
using Mlflow.Stores;

namespace Mlflow.Server.Gateway;

/// <summary>
/// The gateway's API for endpoints and providers' keys. Each call records its event here, and only here.
/// </summary>
sealed class GatewayRoutes(GatewayStore store, EventContext context)
{
    static MlflowTelemetry Telemetry => UsageTracking.Client;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/" + Routes.GatewayEndpoints, (GatewayEndpoint endpoint) => Create(endpoint));
        routes.MapPut(
            "/" + Routes.GatewayEndpoints + "/{name}",
            (string name, EndpointChange change) => Update(new GatewayEndpoint(
                PathName.Decode(name), change.RoutingStrategy, change.Models, change.Fallback)));
        routes.MapDelete("/" + Routes.GatewayEndpoints + "/{name}", (string name) => Delete(PathName.Decode(name)));
        routes.MapGet("/" + Routes.GatewayEndpoints + "/{name}", (string name) => Get(PathName.Decode(name)));
        routes.MapGet("/" + Routes.GatewayEndpoints, (string? provider) => List(provider));
        routes.MapPost("/" + Routes.GatewaySecrets, (GatewaySecret secret) => CreateSecret(secret));
        routes.MapPut(
            "/" + Routes.GatewaySecrets + "/{name}",
            (string name, SecretChange change) => UpdateSecret(PathName.Decode(name), change.Value));
        routes.MapDelete("/" + Routes.GatewaySecrets + "/{name}", (string name) => DeleteSecret(PathName.Decode(name)));
        routes.MapGet("/" + Routes.GatewaySecrets, (string? provider) => ListSecrets(provider));
    }

    GatewayEndpoint Create(GatewayEndpoint endpoint) => Telemetry.GatewayCreateEndpoint(run =>
    {
        context.Fill(run);
        run.HasFallbackConfig = endpoint.Fallback is not null;
        run.RoutingStrategy = endpoint.RoutingStrategy;
        run.NumModelConfigs = endpoint.Models?.Count ?? 0;
        return store.Create(endpoint with { Models = endpoint.Models ?? [] });
    });

    // A part that the change does not have is not recorded: it stays as it is.
    void Update(GatewayEndpoint change) => Telemetry.GatewayUpdateEndpoint(run =>
    {
        context.Fill(run);
        run.HasFallbackConfig = change.Fallback is not null;
        run.RoutingStrategy = change.RoutingStrategy;
        run.NumModelConfigs = change.Models?.Count;
        store.Update(change);
    });

    void Delete(string name) => Telemetry.GatewayDeleteEndpoint(run =>
    {
        context.Fill(run);
        store.Delete(name);
    });

    GatewayEndpoint Get(string name) => Telemetry.GatewayGetEndpoint(run =>
    {
        context.Fill(run);
        return store.Get(name);
    });

    IReadOnlyList<GatewayEndpoint> List(string? provider) => Telemetry.GatewayListEndpoints(run =>
    {
        context.Fill(run);
        run.FilterByProvider = provider is not null;
        return store.List(provider);
    });

    void CreateSecret(GatewaySecret secret) => Telemetry.GatewayCreateSecret(run =>
    {
        context.Fill(run);
        run.Provider = secret.Provider;
        store.CreateSecret(secret);
    });

    void UpdateSecret(string name, string value) => Telemetry.GatewayUpdateSecret(run =>
    {
        context.Fill(run);
        store.UpdateSecret(name, value);
    });

    void DeleteSecret(string name) => Telemetry.GatewayDeleteSecret(run =>
    {
        context.Fill(run);
        store.DeleteSecret(name);
    });

    IReadOnlyList<GatewaySecret> ListSecrets(string? provider) => Telemetry.GatewayListSecrets(run =>
    {
        context.Fill(run);
        run.FilterByProvider = provider is not null;
        return store.ListSecrets(provider);
    });

    sealed record SecretChange(string Value);

    sealed record EndpointChange(
        string? RoutingStrategy = null, IReadOnlyList<ModelConfig>? Models = null, ModelConfig? Fallback = null);
}
