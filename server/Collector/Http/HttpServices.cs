// SPDX-License-Identifier: MIT

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Http;

static class HttpServices
{
    /// <summary>
    /// Adds the public address and everything that checks a request before its endpoint. Reads the country tables and
    /// the certificate now, so that an error in them ends a start before the store is opened.
    /// </summary>
    /// <exception cref="IOException">
    /// A country table or the certificate can't be used, or the system allows too few open files.
    /// </exception>
    /// <exception cref="FormatException">A country table is malformed.</exception>
    public static IServiceCollection AddCollectorHttp(
        this IServiceCollection services, CollectorOptions options, ILogger log)
    {
        services.AddSingleton(LoadCountries(options.Countries, log));
        if (options.Tls is var (certificate, key))
            services.AddSingleton(new Certificate(certificate, key, log));
        return services
            .AddSingleton(provider => CreateRate(options.Limits, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<Admission>(
                provider, provider.GetRequiredKeyedService<RequestCounters>(ServiceKeys.Batches),
                provider.GetRequiredKeyedService<RequestCounters>(ServiceKeys.Deletions)))
            .AddSingleton(new Connections(DescriptorLimit.Connections(options.Limits.MaxConnections, log)))
            .AddSingleton<UnreadableRequests>()
            .AddSingleton<ProxyWatch>()
            .AddSingleton<PublicRoutes>()
            .AddSingleton<PublicServer>()
            .AddSingleton<Addresses>()
            .AddSingleton<Listeners>();
    }

    static CountryTable LoadCountries(string? folder, ILogger log)
    {
        if (folder is not null)
            return CountryTable.Load(folder);
        log.NoCountries();
        return CountryTable.Empty;
    }

    static PrefixRateLimiter CreateRate(Limits limits, TimeProvider time) =>
        new(limits.MaxPrefixRate, limits.MaxPrefixBurst, limits.MaxPrefixes, time);
}
