// SPDX-License-Identifier: MIT
namespace Mlflow.Stores;

/// <summary>The addresses of the tracking server, for both sides.</summary>
public static class Routes
{
    /// <summary>Creates and lists experiments.</summary>
    public const string Experiments = "api/2.0/mlflow/experiments";

    /// <summary>Creates and lists runs.</summary>
    public const string Runs = "api/2.0/mlflow/runs";

    /// <summary>Saves and returns logged models.</summary>
    public const string LoggedModels = "api/2.0/mlflow/logged-models";

    /// <summary>Creates registered models.</summary>
    public const string RegisteredModels = "api/2.0/mlflow/registered-models";

    /// <summary>Creates versions of registered models.</summary>
    public const string ModelVersions = "api/2.0/mlflow/model-versions";

    /// <summary>Creates, returns and lists prompts.</summary>
    public const string Prompts = "api/2.0/mlflow/prompts";

    /// <summary>Saves and returns traces and judgements about them.</summary>
    public const string Traces = "api/3.0/mlflow/traces";

    /// <summary>Creates webhooks.</summary>
    public const string Webhooks = "api/2.0/mlflow/webhooks";

    /// <summary>Endpoints of the gateway.</summary>
    public const string GatewayEndpoints = "api/3.0/mlflow/gateway/endpoints";

    /// <summary>Providers' keys of the gateway.</summary>
    public const string GatewaySecrets = "api/3.0/mlflow/gateway/secrets";

    /// <summary>The header in which a client that sends traces names its kind.</summary>
    public const string ClientHeader = "X-Mlflow-Client";
}
