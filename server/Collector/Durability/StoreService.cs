// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Hosting;

namespace Tallymark.Collector.Durability;

/// <summary>
/// At start, brings into the store what an earlier process left in the journal. At stop, commits everything in the
/// journal and closes both (<see cref="CollectorServer"/>, step 5).
/// </summary>
sealed class StoreService(JournalReplay replay, IJournal journal, StoreThread store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => replay.RunAsync(journal);

    public Task StopAsync(CancellationToken cancellationToken)
    {
        store.Dispose();
        return Task.CompletedTask;
    }
}
