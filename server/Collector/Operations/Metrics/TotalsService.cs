// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Hosting;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Saves the totals for the last time, when nothing can change them any more (<see cref="CollectorServer"/>, step 6).
/// </summary>
sealed class TotalsService(TotalsFiles totals) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        totals.Save(isStopped: true);
        return Task.CompletedTask;
    }
}
