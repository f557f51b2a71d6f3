// SPDX-License-Identifier: MIT
namespace Mlflow.Entities;

/// <summary>A model that a run logged.</summary>
/// <param name="ModelId">32 hexadecimal digits; empty before a store has saved the model.</param>
/// <param name="RunId">The run that logged it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Flavor">The library that it was made with.</param>
/// <param name="Content">The model itself.</param>
/// <param name="Attributes">Its requirements, parameters and metadata.</param>
public sealed record LoggedModel(
    string ModelId, string RunId, string Name, string Flavor, byte[] Content,
    IReadOnlyDictionary<string, string> Attributes);

/// <summary>A version of a registered model.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="Version">From 1.</param>
/// <param name="Source">The id of the logged model, or an address.</param>
public sealed record ModelVersion(string Name, int Version, string Source);

/// <summary>A version of a prompt.</summary>
/// <param name="Name">The prompt.</param>
/// <param name="Version">From 1.</param>
/// <param name="Template">The text, with variables in double braces.</param>
public sealed record Prompt(string Name, int Version, string Template);

/// <summary>An address that a server calls after certain events.</summary>
/// <param name="WebhookId">32 hexadecimal digits; empty before a store has saved it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Url">The address.</param>
/// <param name="Events">Such as <c>model_version.created</c>.</param>
public sealed record Webhook(string WebhookId, string Name, string Url, IReadOnlyList<string> Events);
