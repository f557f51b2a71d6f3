// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Hosting;

namespace Tallymark.Collector.Durability;

/// <summary>
/// At stop, writes the batches that wait and ends the thread (<see cref="CollectorServer"/>, step 4).
/// </summary>
sealed class JournalService(JournalThread journal) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        journal.Dispose();
        return Task.CompletedTask;
    }
}
