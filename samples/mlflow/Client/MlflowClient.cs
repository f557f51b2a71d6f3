// SPDX-License-Identifier: MIT
using Mlflow.Stores;

namespace Mlflow;

/// <summary>
/// Logs to a store and reads from it. Each method of the API that the usage page lists records one event; the events
/// of the gateway are recorded by the server. Thread-safe. Dispose it to finish asynchronous logging.
/// </summary>
public sealed partial class MlflowClient : IAsyncDisposable
{
    readonly EventContext _context;
    readonly ITrackingStore? _store;
    readonly AsyncLogQueue _queue = new();
    readonly string _trackingUri;

    /// <summary>A client of the store that the URI names.</summary>
    /// <param name="trackingUri">
    /// <c>http:</c> or <c>https:</c> of a server, <c>file:</c> or a path of a folder. Default: the variable
    /// <c>MLFLOW_TRACKING_URI</c>, else the folder <c>mlruns</c>. With any other URI each call fails.
    /// </param>
    public MlflowClient(string? trackingUri = null)
    {
        _trackingUri = trackingUri ?? Environment.GetEnvironmentVariable("MLFLOW_TRACKING_URI") ?? "";
        (_store, var kind) = StoreLocation.Open(_trackingUri);
        _context = new EventContext(_trackingUri, kind);
    }

    /// <summary>The store, for reading what was logged; reading records no event.</summary>
    /// <exception cref="MlflowException">The tracking URI names no store.</exception>
    public ITrackingStore Store => _store ?? throw new MlflowException(
        $"No store for the tracking URI '{_trackingUri}'. Write a path, or an address with file:, http: or https:.");

    static MlflowTelemetry Telemetry => UsageTracking.Client;

    /// <summary>Waits until everything that was logged asynchronously is in the store.</summary>
    public async ValueTask DisposeAsync()
    {
        StopAutologging();
        await _queue.DisposeAsync();
    }
}
