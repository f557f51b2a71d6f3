// SPDX-License-Identifier: MIT

using Microsoft.Extensions.DependencyInjection;

namespace Tallymark.Collector.Ingest;

static class IngestServices
{
    /// <summary>Adds the pipeline for batches, the deletion of installations, and their limits.</summary>
    public static IServiceCollection AddCollectorIngest(this IServiceCollection services) => services
        .AddSingleton(provider => new MemoryBudget(provider.GetRequiredService<Limits>().MaxInFlightBytes))
        .AddSingleton<RowPool>()
        .AddSingleton<IIngestProtocol, TallymarkProtocol>()
        .AddSingleton(provider => CreateQuota(
            provider.GetRequiredService<Limits>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<Pipeline>(
            provider, provider.GetRequiredKeyedService<RequestCounters>(ServiceKeys.Batches)))
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<DeletionEndpoint>(
            provider, provider.GetRequiredKeyedService<RequestCounters>(ServiceKeys.Deletions)));

    static InstallationQuota CreateQuota(Limits limits, TimeProvider time)
    {
        var perDay = limits.MaxNewInstallations;
        var rate = new PrefixRateLimiter(perDay / TimeSpan.FromDays(1).TotalSeconds, perDay, limits.MaxPrefixes, time);
        return new InstallationQuota(rate, limits.MaxKnownInstallations);
    }
}
