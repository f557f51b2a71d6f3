// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using Mlflow.Entities;

namespace Mlflow.Server.Gateway;

/// <summary>Chooses an endpoint's model and lets it answer. Thread-safe.</summary>
sealed class ModelRouter(GatewayStore store)
{
    long _turn;

    /// <summary>
    /// The model's answer; the fallback's if the model fails. This server can call one provider, <c>echo</c>, which
    /// repeats the last message.
    /// </summary>
    public ChatMessage Answer(string endpointName, IReadOnlyList<ChatMessage> messages)
    {
        var endpoint = store.Get(endpointName);
        if (messages.Count == 0)
            throw new MlflowException("The request has no message.");
        try
        {
            return Call(Choose(endpoint), messages);
        }
        catch (MlflowException) when (endpoint.Fallback is not null)
        {
            return Call(endpoint.Fallback, messages);
        }
    }

    ModelConfig Choose(GatewayEndpoint endpoint)
    {
        var models = endpoint.Models is { Count: > 0 } some ? some
            : throw new MlflowException($"The endpoint '{endpoint.Name}' has no model.");
        if (endpoint.RoutingStrategy == "ROUND_ROBIN")
            return models[(int)(Interlocked.Increment(ref _turn) % models.Count)];
        var at = RandomNumberGenerator.GetInt32(Math.Max(1, models.Sum(model => model.Weight)));
        foreach (var model in models)
        {
            at -= model.Weight;
            if (at < 0)
                return model;
        }

        return models[^1];
    }

    static ChatMessage Call(ModelConfig model, IReadOnlyList<ChatMessage> messages) => model.Provider == "echo"
        ? new ChatMessage("assistant", messages[^1].Content)
        : throw new MlflowException($"This server can't call the provider '{model.Provider}'.");
}
