// SPDX-License-Identifier: MIT
// A running collector: which parts it has, in which order they start, and in which they stop so that nothing is lost.

using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector;

/// <summary>
/// A running collector. Stop it by <see cref="DisposeAsync"/>, once; members are safe for any thread.
/// </summary>
public sealed class CollectorServer : IAsyncDisposable
{
    const int LongestSocket = 103; // sun_path, the shortest of all systems

    readonly IDisposable _lock;
    readonly StandardErrorLog _logTo;
    readonly ILogger _log;
    readonly StoreThread _store;
    readonly JournalThread _journal;
    readonly WebApplication _public;
    readonly WebApplication _control;
    readonly Pipeline _pipeline;
    readonly TotalsBook _totals;
    readonly ManifestIntake _intake;
    readonly Tending _tending;
    readonly Queries? _queries;
    readonly IReadOnlyList<IAsyncDisposable> _rounds;

    CollectorServer(
        IDisposable @lock, StandardErrorLog logTo, StoreThread store, JournalThread journal, WebApplication @public,
        WebApplication control, Pipeline pipeline, TotalsBook totals, ManifestIntake intake, Tending tending, Queries? queries, IReadOnlyList<IAsyncDisposable> rounds)
    {
        _lock = @lock;
        _logTo = logTo;
        _log = logTo.CreateLogger(StandardErrorLog.Category);
        _store = store;
        _journal = journal;
        _public = @public;
        _control = control;
        _pipeline = pipeline;
        _totals = totals;
        _intake = intake;
        _tending = tending;
        _queries = queries;
        _rounds = rounds;
    }

    /// <summary>The product's version.</summary>
    public static string Version { get; } = typeof(CollectorServer).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Where it listens, with the port that it really has.</summary>
    public Uri Address => new(_public.Urls.First());

    /// <summary>Every route of the public address.</summary>
    internal IEnumerable<Answers> Routes => ((IEndpointRouteBuilder)_public).DataSources
        .SelectMany(source => source.Endpoints).Select(endpoint => endpoint.Metadata.GetMetadata<Answers>()).OfType<Answers>();

    /// <summary>
    /// Starts a collector; on return it answers. It reads manifests and country tables first, which takes about half a
    /// second.
    /// </summary>
    /// <param name="options">What the operator says.</param>
    /// <param name="openStore">Opens the store in the data folder, once the folder is the collector's own.</param>
    /// <param name="log">Where lines for people go; it stays the caller's.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">
    /// A folder, table or certificate can't be used, the address is taken, or another collector has the folder.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">A folder belongs to somebody else.</exception>
    /// <exception cref="FormatException">A country table is not of its form.</exception>
    /// <exception cref="StoreException">The store can't be opened.</exception>
    public static Task<CollectorServer> StartAsync(
        CollectorOptions options, Func<DataFolder, IEventStore> openStore, TextWriter log, TimeProvider time) =>
        StartAsync(options, openStore, (data, say) => new JournalFiles(data.Journal, options.Limits.JournalFileBytes, say), log, time);

    /// <summary>The same, with another journal: for tests.</summary>
    internal static async Task<CollectorServer> StartAsync(
        CollectorOptions options, Func<DataFolder, IEventStore> openStore, Func<DataFolder, ILogger, IJournal> openJournal, TextWriter log,
        TimeProvider time)
    {
        var logTo = new StandardErrorLog(log, time);
        var say = logTo.CreateLogger(StandardErrorLog.Category);
        var limits = options.Limits;
        var data = DataFolder.Open(options.Data);
        var alone = data.TryLock() ?? throw new IOException($"Another collector has {data.Path}.");
        StoreThread? store = null;
        JournalThread? journal = null;
        WebApplication? control = null;
        WebApplication? @public = null;
        try
        {
            // 1. What it needs to know.
            if (!Directory.Exists(options.Manifests))
                throw new DirectoryNotFoundException($"No folder {options.Manifests}.");
            var countries = options.Countries is { } tables ? CountryTable.Load(tables) : CountryTable.Empty;
            if (options.Countries is null)
                say.NoCountries();
            var certificate = options.Tls is { } tls ? new Certificate(tls.Certificate, tls.Key, say) : null;
            var disk = new DiskSpace(data.Path, limits.DiskReserve, options.FreeSpace, say);
            var (writes, commits) = (new CommitCounters(), new CommitCounters());
            var memory = new MemoryBudget(limits.BytesInFlight);
            var (files, pool) = (openJournal(data, say), new RowPool());
            store = new StoreThread(openStore(data), files, pool, memory, limits, commits, say); // the journal has nothing open before it is written
            await new JournalReplay(data, store, say).RunAsync(files);
            journal = new JournalThread(files, store, limits, writes, say);
            bool IsHealthy() => writes.Healthy && store.IsHealthy;
            var totals = new TotalsBook(data, store, time, say);
            var tools = new ToolSet();
            var intake = new ManifestIntake(tools, data, store, totals, say);
            await intake.ReadAsync(options.Manifests);
            if (tools.All.Count == 0)
                say.NoManifest();

            // 2. The parts.
            var batches = new RequestCounters();
            var deletions = new RequestCounters();
            var rate = new PrefixRate(limits.PrefixRate, limits.PrefixBurst, limits.Prefixes, time);
            var admission = new Admission(rate, disk, batches, deletions, limits);
            var connections = new Connections(limits.Connections);
            var unreadable = new UnreadableRequests();
            var audit = new AuditLog(data, time);
            var guard = new Guard(new TokenFile(data));
            var tending = new Tending(tools, store, journal.TryEmpty, totals, limits, time, say);
            var operations = new OperatorActions(
                tools, intake, options.Manifests, store, tending, data, disk, certificate, IsHealthy, audit, time, say);
            var queries = options.QueryProgram is { } program ? new Queries(new QueryProcess(program), audit, limits, time, journal.TryEmpty) : null;
            var query = new QueryEndpoint(tools, store, queries, guard, memory, limits, time, say);
            var newcomers = new InstallationQuota(
                new PrefixRate(limits.NewInstallations / TimeSpan.FromDays(1).TotalSeconds, limits.NewInstallations, limits.Prefixes, time),
                limits.KnownInstallations);
            foreach (var tool in limits.NewInstallations > 0 ? tools.All : [])
                newcomers.Knows(tool.Name, store.Use(s => s.Installations(tool.Name, tool.Tables)));
            var pipeline = new Pipeline(tools, countries, newcomers, journal, pool, memory, batches, limits, time, say);
            var site = new PublicServer(
                pipeline,
                new Deletions(tools, store, totals, memory, deletions, limits, time, say),
                new SettingsEndpoint(tools, data, time, say),
                new LiveView(tools, guard, audit, time),
                query,
                new OperatorView(guard, operations, time),
                new Metrics(tools, batches, deletions, writes, commits, store, memory, admission, connections, unreadable, newcomers, disk, certificate),
                IsHealthy, admission, connections, unreadable);
            control = MakeControl(options, logTo, data, new ControlEndpoints(tools, store, operations, query, audit, say));
            @public = site.Make(options, certificate, logTo, time, say);

            // 3. Commands first: who sees the public address may use them.
            await control.StartAsync();
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(data.Socket, DataFolder.OwnerOnly);
            await @public.StartAsync();
            say.Started(tools.All.Count);

            // 4. What it does by itself from now on.
            IAsyncDisposable[] rounds =
            [
                new ManifestWatch(intake, options.Manifests, limits.ManifestsEvery, time, say),
                new PeriodicTask(limits.TotalsEvery, time, say, totals.Write),
                new PeriodicTask(limits.TendLook, time, say, tending.Look),
                new PeriodicTask(limits.DiskEvery, time, say, disk.Look),
                new PeriodicTask(limits.CertificateEvery, time, say, () => certificate?.Look()),
            ];
            return new CollectorServer(alone, logTo, store, journal, @public, control, pipeline, totals, intake, tending, queries, rounds);
        }
        catch
        {
            if (@public is not null)
                await @public.DisposeAsync();
            if (control is not null)
                await control.DisposeAsync();
            journal?.Dispose();
            store?.Dispose();
            alone.Dispose();
            throw;
        }
    }

    /// <summary>Waits until all that was acknowledged is in the store: for tests that look there.</summary>
    internal Task FlushAsync() => _store.FlushAsync();

    /// <summary>Takes nothing new, finishes and commits what was received, and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        _log.Stopping();
        _pipeline.Stop();
        _tending.Stop();
        _store.StopReaders(); // a command can ask again; a stop can't wait for the scan of a year
        await Task.WhenAll(_public.StopAsync(), _control.StopAsync()); // waits for the requests under way, and so for their writes
        foreach (var round in _rounds)
            await round.DisposeAsync();
        _journal.Dispose();
        _store.Dispose();
        _totals.Write();
        _intake.Dispose();
        _tending.Dispose();
        _queries?.Dispose();
        await _public.DisposeAsync();
        await _control.DisposeAsync();
        _lock.Dispose();
        _log.Stopped();
        _logTo.Dispose();
    }

    static WebApplication MakeControl(
        CollectorOptions options, StandardErrorLog logTo, DataFolder data, ControlEndpoints endpoints)
    {
        if (Encoding.UTF8.GetByteCount(data.Socket) > LongestSocket)
        {
            throw new IOException(
                $"{data.Socket}: a socket's path has at most {LongestSocket} bytes; choose a shorter --data.");
        }

        File.Delete(data.Socket); // a leftover: the lock says that nobody listens on it
        var app = ServerShape.Make(options.Limits, logTo, kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null; // a publisher may think between two cells
            kestrel.ListenUnixSocket(data.Socket);
        });
        app.UseRouting();
        endpoints.Map(app);
        return app;
    }
}
