// SPDX-License-Identifier: MIT

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Durability;

static class DurabilityServices
{
    /// <summary>Adds the journal and the store, each with its thread.</summary>
    /// <param name="services">The services.</param>
    /// <param name="openStore">Opens the store; its thread owns it.</param>
    /// <param name="openJournal">Opens the journal; the store's thread owns it.</param>
    public static IServiceCollection AddCollectorDurability(
        this IServiceCollection services, Func<DataFolder, IEventStore> openStore,
        Func<DataFolder, ILogger, IJournal> openJournal) => services
        .AddKeyedSingleton<CommitCounters>(ServiceKeys.Journal)
        .AddKeyedSingleton<CommitCounters>(ServiceKeys.Store)
        .AddSingleton(provider => openJournal(
            provider.GetRequiredService<DataFolder>(), provider.GetRequiredService<ILogger>()))
        .AddSingleton(provider =>
        {
            // Before the store: a journal that can't be opened must not leave an open store behind.
            _ = provider.GetRequiredService<IJournal>();
            return new PreparingStore(
                openStore(provider.GetRequiredService<DataFolder>()), provider.GetRequiredService<ToolSet>());
        })
        .AddSingleton(provider =>
        {
            return ActivatorUtilities.CreateInstance<StoreThread>(
                provider, provider.GetRequiredService<PreparingStore>(),
                provider.GetRequiredKeyedService<CommitCounters>(ServiceKeys.Store));
        })
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<JournalThread>(
            provider, provider.GetRequiredKeyedService<CommitCounters>(ServiceKeys.Journal)))
        .AddSingleton<JournalReplay>();
}
