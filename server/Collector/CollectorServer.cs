// SPDX-License-Identifier: MIT

using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector;

/// <summary>
/// A running collector: a host with the services of all folders. Dispose it once to stop it. Thread-safe.
/// <para>Its background work runs as hosted services. They start in reverse order of the list, from 6 to 2, and stop in
/// the order of the list:</para>
/// <list type="number">
/// <item>Stop accepting: new batches are refused, store maintenance ends after its current step, readers of the store
/// end at their next cell (<see cref="Listeners"/>).</item>
/// <item>Drain: requests under way finish, at most <see cref="Limits.DrainTimeout"/> (<see cref="Listeners"/>).</item>
/// <item>Periodic tasks and the manifest watcher finish their current run (<see cref="PeriodicTask"/>,
/// <see cref="ManifestWatcher"/>).</item>
/// <item>The journal writes and acknowledges what waits (<see cref="JournalService"/>).</item>
/// <item>The store commits everything in the journal and closes (<see cref="StoreService"/>).</item>
/// <item>The totals are saved (<see cref="TotalsService"/>).</item>
/// <item>The data folder is unlocked; after that nothing of this collector runs.</item>
/// </list>
/// </summary>
public sealed class CollectorServer : IAsyncDisposable
{
    readonly IDisposable _lock;
    readonly StandardErrorLog _logTo;
    readonly IHost _host;
    readonly Listeners _listeners;
    readonly StoreThread _store;

    CollectorServer(IDisposable @lock, StandardErrorLog logTo, IHost host)
    {
        _lock = @lock;
        _logTo = logTo;
        _host = host;
        _listeners = host.Services.GetRequiredService<Listeners>();
        _store = host.Services.GetRequiredService<StoreThread>();
    }

    /// <summary>The product's version.</summary>
    public static string Version { get; } = typeof(CollectorServer).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>The public address, with the actual port; of no use if that is a socket file.</summary>
    public Uri Address => _listeners.Address;

    /// <summary>The operations address, with the actual port.</summary>
    public Uri Operations => _listeners.Operations;

    /// <summary>The public address for people: a URL with the actual port, or <c>unix:PATH</c>.</summary>
    public string ListensOn => _listeners.ListensOn;

    /// <summary>Every route of the public address.</summary>
    internal IEnumerable<DocumentedRoute> Routes => _listeners.Routes;

    /// <inheritdoc cref="PeriodicTask.NextRun"/>
    internal Task NextRunOf(string task) => _host.Services.GetServices<IHostedService>().OfType<PeriodicTask>()
        .Single(one => one.Name == task).NextRun;

    /// <summary>The meter of this collector's metrics.</summary>
    internal Meter Meter => _host.Services.GetRequiredService<CollectorMetrics>().Meter;

    /// <summary>
    /// Starts a collector; on return it answers requests. Cost: about half a second for manifests and country tables.
    /// </summary>
    /// <param name="options">The operator's settings.</param>
    /// <param name="openStore">Opens the store in the data folder, once the collector has locked the folder.</param>
    /// <param name="log">Receives log lines; the caller keeps ownership.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">
    /// A folder, table or certificate can't be used, or another collector uses the data folder.
    /// </exception>
    /// <exception cref="ListenException">An address can't be used.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder belongs to another user.</exception>
    /// <exception cref="FormatException">A country table is malformed.</exception>
    /// <exception cref="StoreException">The store can't be opened.</exception>
    public static Task<CollectorServer> StartAsync(
        CollectorOptions options, Func<DataFolder, IEventStore> openStore, TextWriter log, TimeProvider time) =>
        StartAsync(options, openStore, OpenJournal(options), log, time);

    /// <summary>The same with another journal, for tests.</summary>
    internal static async Task<CollectorServer> StartAsync(
        CollectorOptions options, Func<DataFolder, IEventStore> openStore,
        Func<DataFolder, ILogger, IJournal> openJournal, TextWriter log, TimeProvider time)
    {
        var data = DataFolder.Open(options.Data);
        var @lock = data.TryLock() ?? throw new IOException(
            $"{data.Path} is in use by another collector or tallymark command. Stop it, or choose another --data.");
        IHost? host = null;
        try
        {
            if (!Directory.Exists(options.Manifests))
                throw new DirectoryNotFoundException(
                    $"The manifests folder {options.Manifests} does not exist. Create it, or correct --manifests.");
            var logTo = new StandardErrorLog(log, time, options.Log);
            host = Build(options, data, openStore, openJournal, logTo, time);
            _ = host.Services.GetRequiredService<PreparingStore>(); // may refuse the folder, which then stays as it is
            DataFormat.Migrate(data, time);
            await host.StartAsync();
            return new CollectorServer(@lock, logTo, host);
        }
        catch
        {
            // The container disposes in reverse order of creation, which is the order of a stop.
            if (host is IAsyncDisposable services)
                await services.DisposeAsync();
            @lock.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads manifests and the certificate again, and measures the disk. Never throws: the log has the outcome.
    /// </summary>
    public async Task ReloadAsync()
    {
        var log = _logTo.CreateLogger(StandardErrorLog.Category);
        try
        {
            var report = await _host.Services.GetRequiredService<OperatorActions>().ReloadAsync(AuditLog.Local);
            log.Reloaded(report.Accepted.Count, report.Refused.Count);
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or StoreException or ObjectDisposedException)
        {
            log.NotReloaded(e.Message);
        }
    }

    /// <summary>Waits until everything acknowledged is in the store: for tests that read it.</summary>
    internal Task FlushAsync() => _store.FlushAsync();

    /// <summary>Reads one step of the store's files: for tests that do not wait a minute.</summary>
    internal void ReadStep() => _host.Services.GetRequiredService<ReadThrough>().Step();

    /// <summary>Counts the shared ids of yesterday: for tests that do not wait an hour.</summary>
    internal void CountSharedIds() => _host.Services.GetRequiredService<SharedIds>().CountDue();

    /// <summary>Refuses new batches, finishes and commits what was received, and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        var log = _logTo.CreateLogger(StandardErrorLog.Category);
        log.Stopping();
        try
        {
            await _host.StopAsync(); // 1 to 6
        }
        finally
        {
            await ((IAsyncDisposable)_host).DisposeAsync();
            _lock.Dispose(); // 7
        }

        log.Stopped();
        _logTo.Dispose();
    }

    static Func<DataFolder, ILogger, IJournal> OpenJournal(CollectorOptions options) =>
        (data, log) => new JournalFiles(data.Journal, options.Limits.MaxJournalFileBytes, log);

    static IHost Build(
        CollectorOptions options, DataFolder data, Func<DataFolder, IEventStore> openStore,
        Func<DataFolder, ILogger, IJournal> openJournal, StandardErrorLog logTo, TimeProvider time)
    {
        // No settings file, no environment variable: the collector knows only what the options say.
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        var log = logTo.CreateLogger(StandardErrorLog.Category);
        builder.Services
            .AddSingleton(options)
            .AddSingleton(options.Limits)
            .AddSingleton(data)
            .AddSingleton(time)
            .AddSingleton(logTo)
            .AddSingleton(log)
            .AddSingleton<IHostLifetime, CallerLifetime>()
            .Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan) // each step has its own
            .AddCollectorHttp(options, log)
            .AddCollectorIngest()
            .AddCollectorDurability(openStore, openJournal)
            .AddCollectorOperations()
            .AddCollectorTools();
        AddHostedServices(builder.Services, options);
        return builder.Build();
    }

    // Services start in this order and stop in reverse. The numbers are the steps of the shutdown, see the type.
    static void AddHostedServices(IServiceCollection services, CollectorOptions options)
    {
        var limits = options.Limits;
        services.AddHostedService<TotalsService>();                                         // 6
        services.AddHostedService<StoreService>();                                          // 5
        services.AddHostedService<JournalService>();                                        // 4
        services.AddHostedService<ToolsService>();
        if (options.Tls is not null)                                                        // 3
        {
            services.AddPeriodicTask<Certificate>(
                "certificate", limits.CertificateCheckInterval, c => c.ReloadIfChanged());
        }

        services.AddPeriodicTask<DiskSpace>("disk space", limits.DiskCheckInterval, d => d.Measure());
        services.AddPeriodicTask<ClockWitness>("clock", limits.ClockNoteInterval, c => c.Note());
        services.AddPeriodicTask<StoreMaintenance>(
            "maintenance", limits.MaintenanceCheckInterval, m => m.RunDue());
        services.AddPeriodicTask<ReadThrough>("reading", limits.ReadThroughStepInterval, r => r.Step());
        services.AddPeriodicTask<SharedIds>("shared ids", limits.SharedIdsInterval, s => s.CountDue());
        services.AddPeriodicTask<IdleTools>("idle tools", limits.IdleCheckInterval, i => i.Release());
        services.AddPeriodicTask<TotalsFiles>("totals", limits.TotalsWriteInterval, t => t.Save());
        services.AddPeriodicTask<AuditAge>("audit log", limits.AuditCheckInterval, a => a.RemoveOld());
        services.AddHostedService<ManifestWatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<Listeners>());    // 2, 1
    }
}
