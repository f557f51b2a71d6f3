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
        .AddSingleton(provider => new NetworkKeys(
            provider.GetRequiredService<DataFolder>().NetworkKeys, provider.GetRequiredService<Limits>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<NetworkBuckets>()
        .AddSingleton<InstallationDigest>()
        .AddSingleton<ContributionBound>()
        .AddSingleton(CreateQuota)
        .AddSingleton<KnownInstallationsLoader>()
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<Pipeline>(
            provider, provider.GetRequiredKeyedService<RequestCounters>(ServiceKeys.Batches)))
        .AddSingleton<DeletionQuota>()
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<DeletionEndpoint>(
            provider, provider.GetRequiredKeyedService<RequestCounters>(ServiceKeys.Deletions)));

    static InstallationQuota CreateQuota(IServiceProvider provider)
    {
        var limits = provider.GetRequiredService<Limits>();
        var perDay = limits.MaxNewInstallations;
        var rate = new PrefixRateLimiter(
            perDay / TimeSpan.FromDays(1).TotalSeconds, perDay, limits.MaxPrefixes,
            provider.GetRequiredService<TimeProvider>());
        return ActivatorUtilities.CreateInstance<InstallationQuota>(provider, rate, limits.MaxKnownInstallations);
    }
}
