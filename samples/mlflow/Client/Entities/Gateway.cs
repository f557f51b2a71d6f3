// SPDX-License-Identifier: MIT
namespace Mlflow.Entities;

/// <summary>A model that an endpoint of the gateway calls.</summary>
/// <param name="Provider">Such as <c>openai</c>; this server itself answers only for <c>echo</c>.</param>
/// <param name="Model">The provider's name of the model.</param>
/// <param name="Weight">Its share of the requests, relative to the other models.</param>
public sealed record ModelConfig(string Provider, string Model, int Weight = 1);

/// <summary>An endpoint of the gateway.</summary>
/// <param name="Name">Unique on its server.</param>
/// <param name="RoutingStrategy">How requests are distributed; null: the server's default.</param>
/// <param name="Models">The models; null in a change that leaves them as they are.</param>
/// <param name="Fallback">The model that is called when the chosen one fails; null: none.</param>
public sealed record GatewayEndpoint(
    string Name, string? RoutingStrategy = null, IReadOnlyList<ModelConfig>? Models = null,
    ModelConfig? Fallback = null);

/// <summary>A provider's key. The server never returns its value.</summary>
/// <param name="Name">Unique on its server.</param>
/// <param name="Provider">Such as <c>openai</c>.</param>
/// <param name="Value">The key; empty in every answer.</param>
public sealed record GatewaySecret(string Name, string Provider, string Value);

/// <summary>A message to or from a model.</summary>
/// <param name="Role">Such as <c>user</c>.</param>
/// <param name="Content">The text.</param>
public sealed record ChatMessage(string Role, string Content);

/// <summary>A request to an endpoint.</summary>
/// <param name="Model">The endpoint's name; an interface whose address names the endpoint ignores it.</param>
/// <param name="Messages">The conversation so far.</param>
/// <param name="Stream">True: the answer comes in pieces.</param>
public sealed record ChatRequest(string Model, IReadOnlyList<ChatMessage> Messages, bool Stream = false);
