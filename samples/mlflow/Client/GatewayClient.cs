// SPDX-License-Identifier: MIT
using Mlflow.Entities;
using Mlflow.Stores;

namespace Mlflow;

/// <summary>
/// The gateway of a tracking server: endpoints, providers' keys, and calls of models. The server records the events of
/// the gateway, so they are recorded once, whichever client calls. Thread-safe.
/// </summary>
public sealed class GatewayClient
{
    readonly ServerConnection _server;

    internal GatewayClient(ServerConnection server) => _server = server;

    /// <summary>Creates an endpoint.</summary>
    public Task<GatewayEndpoint> CreateEndpoint(GatewayEndpoint endpoint) =>
        _server.Post<GatewayEndpoint>(Routes.GatewayEndpoints, endpoint);

    /// <summary>Changes an endpoint; parts that are null stay as they are.</summary>
    public Task UpdateEndpoint(GatewayEndpoint change) =>
        _server.Put($"{Routes.GatewayEndpoints}/{Escape(change.Name)}", change);

    /// <summary>Deletes an endpoint.</summary>
    public Task DeleteEndpoint(string name) => _server.Delete($"{Routes.GatewayEndpoints}/{Escape(name)}");

    /// <summary>An endpoint.</summary>
    public Task<GatewayEndpoint> GetEndpoint(string name) =>
        _server.Get<GatewayEndpoint>($"{Routes.GatewayEndpoints}/{Escape(name)}");

    /// <summary>All endpoints, or those with a model of one provider.</summary>
    public Task<IReadOnlyList<GatewayEndpoint>> ListEndpoints(string? provider = null) =>
        _server.Get<IReadOnlyList<GatewayEndpoint>>(Routes.GatewayEndpoints + Query(provider));

    /// <summary>Saves a provider's key.</summary>
    public Task CreateSecret(GatewaySecret secret) => _server.Post(Routes.GatewaySecrets, secret);

    /// <summary>Replaces a provider's key.</summary>
    public Task UpdateSecret(string name, string value) =>
        _server.Put($"{Routes.GatewaySecrets}/{Escape(name)}", new { Value = value });

    /// <summary>Deletes a provider's key.</summary>
    public Task DeleteSecret(string name) => _server.Delete($"{Routes.GatewaySecrets}/{Escape(name)}");

    /// <summary>All keys, or those of one provider, without their values.</summary>
    public Task<IReadOnlyList<GatewaySecret>> ListSecrets(string? provider = null) =>
        _server.Get<IReadOnlyList<GatewaySecret>>(Routes.GatewaySecrets + Query(provider));

    /// <summary>Calls an endpoint's model.</summary>
    public Task<ChatMessage> Invoke(string endpoint, IReadOnlyList<ChatMessage> messages) =>
        _server.Post<ChatMessage>($"gateway/{Escape(endpoint)}/mlflow/invocations", new ChatRequest("", messages));

    /// <summary>
    /// Calls a model by the chat interface of MLflow, or of OpenAI; returns the answer as it came, which with
    /// <see cref="ChatRequest.Stream"/> is a stream of events.
    /// </summary>
    public Task<string> Chat(ChatRequest request, bool openAi = false) =>
        _server.PostForText($"gateway/{(openAi ? "openai" : "mlflow")}/v1/chat/completions", request);

    static string Escape(string part) => Uri.EscapeDataString(part);

    static string Query(string? provider) => provider is null ? "" : "?provider=" + Escape(provider);
}
