// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Runs work once per interval from start to stop, never twice at once. Stopping waits for the current run.
/// </summary>
/// <param name="name">The name in the log.</param>
/// <param name="interval">The interval; the first run is one interval after the start.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
/// <param name="work">The work. Blocking is allowed.</param>
sealed class PeriodicTask(string name, TimeSpan interval, TimeProvider time, ILogger log, Action work)
    : IHostedService, IAsyncDisposable
{
    PeriodicTimer? _timer;
    Task _running = Task.CompletedTask;
    TaskCompletionSource _nextRun = NewRun();

    /// <summary>The name in the log.</summary>
    public string Name => name;

    /// <summary>Completes at the end of the next run, or of the present one. For tests.</summary>
    public Task NextRun => Volatile.Read(ref _nextRun).Task;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var timer = _timer = new PeriodicTimer(interval, time);
        _running = Task.Run(() => RunAsync(timer), CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        return _running;
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    static TaskCompletionSource NewRun() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    async Task RunAsync(PeriodicTimer timer)
    {
        while (await timer.WaitForNextTickAsync())
        {
            try
            {
                work();
            }
            catch (Exception e) // the edge: a bug in one run must not end all later runs
            {
                log.PeriodicTaskFailed(name, e.GetType().Name, e.StackTrace);
            }

            Interlocked.Exchange(ref _nextRun, NewRun()).SetResult();
        }
    }
}
