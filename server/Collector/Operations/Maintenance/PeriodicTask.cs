// SPDX-License-Identifier: MIT
// Work that is due again and again.

using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>Does its work once each interval until it is disposed, which waits for the work under way.</summary>
sealed class PeriodicTask : IAsyncDisposable
{
    readonly PeriodicTimer _timer;
    readonly Task _going;

    public PeriodicTask(TimeSpan interval, TimeProvider time, ILogger log, Action work)
    {
        _timer = new PeriodicTimer(interval, time);
        _going = Task.Run(async () =>
        {
            while (await _timer.WaitForNextTickAsync())
            {
                try
                {
                    work();
                }
                catch (Exception e) // the edge: a bug here must not end what is done for the rest of a year
                {
                    log.RoundBroke(interval, e.GetType().Name, e.StackTrace);
                }
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _going;
    }
}
