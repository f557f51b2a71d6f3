// SPDX-License-Identifier: MIT
namespace Mlflow;

/// <summary>The fields that every event has and that the SDK can't fill itself. Immutable, thread-safe.</summary>
/// <param name="trackingUri">Only its scheme is recorded.</param>
/// <param name="store">The kind of store; null: the URI names none that this client knows.</param>
public sealed class EventContext(string trackingUri, StoreKind? store)
{
    /// <summary>Fills them in. Call it first, so that a failed event has them too.</summary>
    public void Fill(MlflowTelemetry.IAnyEvent run)
    {
        run.SourceSdk = "mlflow";
        run.TrackingUriScheme = trackingUri;
        run.BackendStore = store?.ToString();
        run.SetMlflowExperimentId(Environment.GetEnvironmentVariable("MLFLOW_EXPERIMENT_ID"));
    }
}

/// <summary>The kinds of stores, by the names of the foundation review.</summary>
public enum StoreKind
{
    /// <summary>A folder of files.</summary>
    FileStore,
    /// <summary>A SQL database; here DuckDB, in the server.</summary>
    SqlAlchemyStore,
    /// <summary>A tracking server.</summary>
    RestStore,
}
