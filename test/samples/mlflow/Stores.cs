// SPDX-License-Identifier: MIT

namespace Mlflow.Tests;

/// <summary>A client on one of the two stores: a folder, or a server in a process of its own.</summary>
sealed class Stores : IAsyncDisposable
{
    readonly MlflowHome _home;
    readonly RunningTracker? _tracker;

    Stores(MlflowHome home, RunningTracker? tracker)
    {
        (_home, _tracker) = (home, tracker);
        Client = new MlflowClient(home.TrackingUri);
    }

    public MlflowClient Client { get; }

    /// <summary>The folder of the server's data, or of the file store.</summary>
    public string Data => Path.Combine(_home.Folder, _tracker is null ? "mlruns" : "server");

    public string Address => _home.TrackingUri;

    public static async Task<Stores> Open(string kind)
    {
        var home = new MlflowHome();
        return new Stores(home, kind == "server" ? await RunningTracker.Start(home) : null);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        if (_tracker is not null)
            await _tracker.DisposeAsync();
        _home.Dispose();
    }
}
