// SPDX-License-Identifier: MIT

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

static class OperationsServices
{
    /// <summary>Adds access control, queries, the control socket, metrics and maintenance.</summary>
    public static IServiceCollection AddCollectorOperations(this IServiceCollection services) => services
        .AddSingleton<TokenFile>().AddSingleton<Authorizer>().AddSingleton<AuditLog>()
        .AddSingleton<AuditAge>().AddSingleton<Publications>()
        .AddSingleton<LiveEndpoints>().AddSingleton<OperatorEndpoints>().AddSingleton<QueryEndpoint>()
        .AddSingleton(provider => new RawQueries(
            provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<Limits>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<JournalThread>().TryEmpty))
        .AddSingleton<OperatorActions>().AddSingleton<ControlEndpoints>().AddSingleton<ControlSocket>()
        .AddKeyedSingleton<RequestCounters>(ServiceKeys.Batches)
        .AddKeyedSingleton<RequestCounters>(ServiceKeys.Deletions)
        .AddMetrics().AddSingleton<CollectorMetrics>().AddSingleton<IngestHistograms>()
        .AddSingleton<PrometheusText>().AddSingleton<Health>()
        .AddSingleton<TotalsFiles>().AddSingleton<DiskSpace>().AddSingleton<ClockWitness>()
        .AddSingleton<StoreMaintenance>().AddSingleton<ReadThrough>()
        .AddSingleton<SharedIds>();

    /// <summary>Adds a hosted service that runs work of a service once per interval.</summary>
    public static void AddPeriodicTask<T>(
        this IServiceCollection services, string name, TimeSpan interval, Action<T> work)
        where T : notnull => services.AddSingleton<IHostedService>(provider =>
        {
            var target = provider.GetRequiredService<T>();
            return new PeriodicTask(
                name, interval, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger>(),
                () => work(target));
        });
}
