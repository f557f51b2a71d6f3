// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Tools;

/// <summary>
/// Reloads the operator's manifests when a file in their folder changes, and once per interval. The system's
/// notifications make it fast, the interval makes it reliable: notifications are lost on network file systems, when a
/// link replaces the folder, or when the system has no more watches.
/// </summary>
sealed class ManifestWatcher(ManifestLoader loader, CollectorOptions options, TimeProvider time, ILogger log)
    : IHostedService, IAsyncDisposable
{
    // An editor writes a file in several steps; the collector would refuse, and log, half of a file.
    static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(200);

    readonly CancellationTokenSource _stop = new();
    readonly SemaphoreSlim _changed = new(0);
    FileSystemWatcher? _notifications;
    Task _running = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _notifications = Subscribe(options.Manifests);
        _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        _notifications?.Dispose();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _stop.Dispose();
        _changed.Dispose();
    }

    FileSystemWatcher? Subscribe(string folder)
    {
        try
        {
            var watcher = new FileSystemWatcher(folder, "*.yaml") { IncludeSubdirectories = true };
            watcher.Changed += (_, _) => Wake();
            watcher.Created += (_, _) => Wake();
            watcher.Renamed += (_, _) => Wake();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            log.FolderNotWatched(folder, e.Message);
            return null;
        }
    }

    void Wake()
    {
        if (_changed.CurrentCount == 0)
            _changed.Release();
    }

    async Task RunAsync()
    {
        try
        {
            while (true)
            {
                if (await _changed.WaitAsync(options.Limits.ManifestScanInterval, _stop.Token))
                    await Task.Delay(SettleTime, time, _stop.Token);
                await LoadAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    async Task LoadAsync()
    {
        try
        {
            await loader.LoadAsync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.ManifestRefused(e.Message); // a full disk, for example; the next load tries again
        }
        catch (ObjectDisposedException)
        {
            // The store is closing.
        }
    }
}
