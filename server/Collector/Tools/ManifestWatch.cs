// SPDX-License-Identifier: MIT
// Reads the operator's folder of manifests again when something changes in it, and once a minute in any case.

using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Tools;

/// <summary>
/// Watches until it is disposed. The system's notices make it quick, the interval makes it sure: notices get lost on
/// network file systems, when a folder is replaced by a link, or when the system has no more of them to give.
/// </summary>
sealed class ManifestWatch : IAsyncDisposable
{
    // An editor writes a file in several steps; half of one would be refused first, with a line in the log.
    static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(200);

    readonly ManifestIntake _intake;
    readonly string _folder;
    readonly TimeSpan _interval;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly CancellationTokenSource _stop = new();
    readonly SemaphoreSlim _changed = new(0);
    readonly FileSystemWatcher? _notices;
    readonly Task _watching;

    public ManifestWatch(ManifestIntake intake, string folder, TimeSpan interval, TimeProvider time, ILogger log)
    {
        _intake = intake;
        _folder = folder;
        _interval = interval;
        _time = time;
        _log = log;
        _notices = Notices();
        _watching = Task.Run(WatchAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _notices?.Dispose();
        await _watching;
        _stop.Dispose();
        _changed.Dispose();
    }

    FileSystemWatcher? Notices()
    {
        try
        {
            var watcher = new FileSystemWatcher(_folder, "*.yaml") { IncludeSubdirectories = true };
            watcher.Changed += (_, _) => Wake();
            watcher.Created += (_, _) => Wake();
            watcher.Renamed += (_, _) => Wake();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            _log.NoNotices(_folder, e.Message);
            return null;
        }
    }

    void Wake()
    {
        if (_changed.CurrentCount == 0)
            _changed.Release();
    }

    async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                if (await _changed.WaitAsync(_interval, _stop.Token))
                    await Task.Delay(Settle, _time, _stop.Token);
                await ReadAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    async Task ReadAsync()
    {
        try
        {
            await _intake.ReadAsync(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.ManifestRefused(e.Message); // the disk is full, say: tried again at the next look
        }
        catch (ObjectDisposedException)
        {
            // The store is closing.
        }
    }
}
