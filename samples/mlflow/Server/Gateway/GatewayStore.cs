// SPDX-License-Identifier: MIT
using System.Text.Json;
using Mlflow.Entities;
using Mlflow.Server.Storage;
using Mlflow.Stores;

namespace Mlflow.Server.Gateway;

/// <summary>The endpoints of the gateway and the providers' keys. Thread-safe.</summary>
sealed class GatewayStore(Database database, SecretSeal seal)
{
    public GatewayEndpoint Create(GatewayEndpoint endpoint) =>
        database.Execute(
            "insert into gateway_endpoints values ($1, $2) on conflict do nothing", endpoint.Name, Json(endpoint)) == 1
            ? endpoint : throw new MlflowException($"The endpoint '{endpoint.Name}' exists already.");

    public void Update(GatewayEndpoint change)
    {
        var old = Get(change.Name);
        var changed = new GatewayEndpoint(
            old.Name, change.RoutingStrategy ?? old.RoutingStrategy, change.Models ?? old.Models,
            change.Fallback ?? old.Fallback);
        database.Execute("update gateway_endpoints set body = $2 where name = $1", old.Name, Json(changed));
    }

    public void Delete(string name) => Require(
        database.Execute("delete from gateway_endpoints where name = $1", name), name);

    public GatewayEndpoint Get(string name) =>
        database.Query("select body from gateway_endpoints where name = $1", row => Parse(row.GetString(0)), name)
            is [var endpoint] ? endpoint : throw new MlflowException($"There is no endpoint '{name}'.");

    public IReadOnlyList<GatewayEndpoint> List(string? provider) => [.. database.Query(
        "select body from gateway_endpoints order by name", row => Parse(row.GetString(0)))
        .Where(endpoint => provider is null || endpoint.Models!.Any(model => model.Provider == provider))];

    public void CreateSecret(GatewaySecret secret)
    {
        if (database.Execute(
            "insert into gateway_secrets values ($1, $2, $3) on conflict do nothing", secret.Name, secret.Provider,
            seal.Seal(secret.Value)) == 0)
            throw new MlflowException($"The secret '{secret.Name}' exists already.");
    }

    public void UpdateSecret(string name, string value) => Require(
        database.Execute("update gateway_secrets set sealed = $2 where name = $1", name, seal.Seal(value)), name);

    public void DeleteSecret(string name) => Require(
        database.Execute("delete from gateway_secrets where name = $1", name), name);

    public IReadOnlyList<GatewaySecret> ListSecrets(string? provider) => [.. database.Query(
        "select name, provider from gateway_secrets order by name",
        row => new GatewaySecret(row.GetString(0), row.GetString(1), ""))
        .Where(secret => provider is null || secret.Provider == provider)];

    static void Require(int changed, string name)
    {
        if (changed == 0)
            throw new MlflowException($"There is no '{name}'.");
    }

    static string Json(GatewayEndpoint endpoint) => JsonSerializer.Serialize(endpoint, MlflowJson.Options);

    static GatewayEndpoint Parse(string body) =>
        JsonSerializer.Deserialize<GatewayEndpoint>(body, MlflowJson.Options)!;
}
