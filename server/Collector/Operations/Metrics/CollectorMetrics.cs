// SPDX-License-Identifier: MIT

using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Tallymark.Collector.Operations;

/// <summary>
/// The collector's instruments, on a meter of its own. All of them observe counters that the parts keep anyway, so
/// counting costs no more than these: a scrape pays, not a batch. Tags are names of accepted manifests and of closed
/// sets only. Thread-safe.
/// </summary>
sealed class CollectorMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Tallymark.Collector";

    readonly ToolSet _tools;

    // received = stored + dropped + refused + pending must hold in each collection, so its five instruments share one
    // read. A listener collects on one thread, in the order in which the instruments were created.
    readonly ThreadLocal<IReadOnlyList<(string Tool, Totals Totals)>> _totals = new(() => []);

    public CollectorMetrics(
        IMeterFactory meters, ToolSet tools, StoreThread store, MemoryBudget memory, Admission admission,
        Connections connections, UnreadableRequests unreadable, InstallationQuota quota, DiskSpace disk,
        [FromKeyedServices(ServiceKeys.Batches)] RequestCounters batches,
        [FromKeyedServices(ServiceKeys.Deletions)] RequestCounters deletions,
        [FromKeyedServices(ServiceKeys.Journal)] CommitCounters journalWrites,
        [FromKeyedServices(ServiceKeys.Store)] CommitCounters commits,
        DataFolder data, StoreMaintenance maintenance, ReadThrough reading, SharedIds sharedIds,
        ManifestLoader manifests, StandardErrorLog log, IJournal journal, TotalsFiles totals,
        Certificate? certificate = null)
    {
        _tools = tools;
        Meter = meters.Create(MeterName);
        Events();
        Counter(
            "tallymark.events.uncounted",
            "Stored events excluded from counts since the start: their network exceeded the limit for new "
            + "installations, or their installation that for a day.",
            () => PerTool(tool => quota.Uncounted(tool.Name)));
        Requests("tallymark.batches", "Requests with a batch, by outcome.", batches);
        Requests("tallymark.deletions", "Deletion requests, by outcome.", deletions);
        Counter(
            "tallymark.rate_limited", "Requests refused because their network sends too many.",
            () => One(admission.Limited));
        Counter(
            "tallymark.requests.unreadable", "Requests that are not valid HTTP, by status.",
            () => unreadable.All().Select(one => new Measurement<long>(one.Count, Tag("status", one.Status))));
        UpDown("tallymark.connections", "Open connections.", () => One(connections.Open));
        Counter(
            "tallymark.connections.evicted", "Idle connections closed to make room for new ones.",
            () => One(connections.Evicted));
        Counter(
            "tallymark.connections.refused", "Connections refused because all connections were busy.",
            () => One(connections.Refused));
        Writes("tallymark.journal_writes", "writes of the journal", journalWrites);
        Writes("tallymark.commits", "commits of the store", commits);
        UpDown(
            "tallymark.events.behind", "Stored events that are in the journal and not yet in the store's files.",
            () => PerTool(tool => store.BacklogOf(tool.Name)));
        UpDown("tallymark.memory.bytes", "Memory of batches in flight.", () => One(memory.Taken));
        Gauge(
            "tallymark.memory.limit_bytes", "Memory above which batches are refused as busy.",
            () => One(memory.Limit));
        Gauge("tallymark.disk.free_bytes", "Free space of the data folder's disk.", () => One(disk.Free));
        Gauge(
            "tallymark.disk.reserve_bytes", "Free disk space below which batches are refused as busy.",
            () => One(disk.Reserve));
        Gauge(
            "tallymark.disk.low", "1 while batches are refused for lack of disk space.",
            () => One(disk.IsLow ? 1 : 0));
        Upkeep(data, maintenance, totals, manifests, log);
        Quality(reading, sharedIds);
        Journal(journal, store);
        Process();
        if (certificate is not null)
        {
            Gauge(
                "tallymark.certificate.end_seconds", "Expiry of the certificate, in seconds since 1970.",
                () => One(certificate.Expires.ToUnixTimeSeconds()));
        }
    }

    /// <summary>The meter of this collector. Its factory disposes it.</summary>
    public Meter Meter { get; }

    void Upkeep(
        DataFolder data, StoreMaintenance maintenance, TotalsFiles totals, ManifestLoader manifests,
        StandardErrorLog log)
    {
        Counter(
            "tallymark.events.dropped_by_field",
            "Stored batches' events that their manifest does not allow, since the start, by version, event and field.",
            () => _tools.All.SelectMany(tool => tool.Counters.Places.Select(one => new Measurement<long>(
                one.Value, Tag("tool", tool.Name), Tag("manifest", one.Key.Manifest), Tag("event", one.Key.Event),
                Tag("field", one.Key.Field), Tag("reason", Drops.NameOf(one.Key.Reason))))));
        Gauge(
            "tallymark.store.bytes", "Size of the store's files when it was last measured, at most seconds ago.",
            () => PerTool(tool => totals.SizeOf(tool.Name).Bytes));
        Gauge(
            "tallymark.store.files", "Number of the store's files.",
            () => PerTool(tool => totals.SizeOf(tool.Name).Files));
        Gauge(
            "tallymark.maintenance.time_seconds",
            "Start of the last maintenance of a tool's files, in seconds since 1970; 0: none since the start.",
            () => PerTool(tool => maintenance.LastStart(tool.Name)?.ToUnixTimeSeconds() ?? 0));
        Gauge(
            "tallymark.maintenance.failed", "1 if the last maintenance of a tool's files failed.",
            () => PerTool(tool => maintenance.Failure(tool.Name) is null ? 0 : 1));
        Gauge(
            "tallymark.backup.time_seconds", "End of the last backup, in seconds since 1970; 0: none was ever made.",
            () => One(Backup.Last(data)?.ToUnixTimeSeconds() ?? 0));
        Gauge(
            "tallymark.manifests.refused", "Files of manifests that are refused.",
            () => One(manifests.Refused.Count));
        Gauge(
            "tallymark.journal.damaged", "Files of the journal that could not be read completely.",
            () => One(data.DamagedJournals.Count));
        Counter("tallymark.log.lost", "Messages of the log that could not be written.", () => One(log.Lost));
    }

    void Quality(ReadThrough reading, SharedIds sharedIds)
    {
        Gauge(
            "tallymark.store.damaged", "Files of the store that are damaged.",
            () => PerTool(tool => reading.DamagedFiles(tool.Name)));
        Gauge(
            "tallymark.store.read_time_seconds",
            "When all files of the store had last been read through, in seconds since 1970; 0: never.",
            () => One(reading.State.Finished?.ToUnixTimeSeconds() ?? 0));
        Gauge(
            "tallymark.installations.shared",
            "Installation ids under which events of yesterday came from more networks than one machine visits.",
            () => PerTool(tool => sharedIds.Of(tool.Name)));
    }

    void Journal(IJournal journal, StoreThread store)
    {
        Gauge("tallymark.journal.files", "Files of the journal.", () => One(journal.Size.Files));
        Gauge("tallymark.journal.bytes", "Length of the journal's files.", () => One(journal.Size.Bytes));
        Gauge(
            "tallymark.store.stuck", "1 while a step in a tool's files takes too long.",
            () =>
            {
                var stuck = store.Stuck;
                return PerTool(tool => stuck.Contains(tool.Name, StringComparer.Ordinal) ? 1 : 0);
            });
    }

    void Process()
    {
        Meter.CreateObservableGauge(
            "tallymark.build.info", () => new Measurement<long>(1, Tag("version", CollectorServer.Version)), null,
            "The version of the collector; always 1.");
        Meter.CreateObservableCounter(
            "process.cpu.seconds", () => ProcessNumbers.CpuSeconds, "s", "Processor time of the process.");
        Gauge("process.resident_memory_bytes", "Memory of the process.", () => One(ProcessNumbers.ResidentBytes));
        Meter.CreateObservableGauge(
            "process.start_time_seconds", () => ProcessNumbers.StartSeconds, "s",
            "Start of the process, in seconds since 1970.");
        Gauge("process.threads", "Threads of the process.", () => One(ProcessNumbers.Threads));
        Gauge("process.open_fds", "Open files and connections of the process.", () => One(ProcessNumbers.OpenFiles));
        Gauge(
            "process.max_fds", "Files and connections that the process may have open.",
            () => One(ProcessNumbers.MaxOpenFiles));
    }

    void Events()
    {
        Counter("tallymark.events.received", "Events for a known tool; the sum of the next four.", () =>
        {
            _totals.Value = [.. _tools.All.Select(tool => (tool.Name, tool.Counters.Total()))];
            return PerTotals(total => total.Received);
        });
        Counter(
            "tallymark.events.stored", "Events on disk, in the journal or in the store.",
            () => PerTotals(total => total.Stored));
        Counter("tallymark.events.dropped", "Events that will never be stored, by reason.", Dropped);
        Counter(
            "tallymark.events.refused", "Events that their client was asked to send again.",
            () => PerTotals(total => total.Refused));
        UpDown(
            "tallymark.events.pending", "Events received and not answered yet.",
            () => PerTotals(total => total.Pending));
        Gauge(
            "tallymark.events.found", "Events found in the store at the start that the saved totals did not include.",
            () => PerTool(tool => tool.Counters.Found));
        Gauge(
            "tallymark.events.missing", "Events in the saved totals that the store did not have at the start.",
            () => PerTool(tool => tool.Counters.Missing));
    }

    IEnumerable<Measurement<long>> Dropped()
    {
        foreach (var (tool, totals) in _totals.Value!)
        {
            foreach (var (reason, name) in Drops.Reasons)
                yield return new(totals.Dropped[reason], Tag("tool", tool), Tag("reason", name));
        }
    }

    void Requests(string name, string description, RequestCounters counters) => Counter(
        name, description, () => counters.All().Select(one => new Measurement<long>(one.Count, Tag("end", one.End))));

    void Writes(string name, string what, CommitCounters counters)
    {
        Counter(name, $"Successful {what}.", () => One(counters.Commits));
        Counter($"{name}.failed", $"Failed {what}.", () => One(counters.Failures));
        Counter($"{name}.batches", $"Batches in successful {what}.", () => One(counters.Batches));
        Meter.CreateObservableCounter(
            $"{name}.seconds", () => counters.Time.TotalSeconds, "s", $"Duration of all successful {what}.");
    }

    IEnumerable<Measurement<long>> PerTotals(Func<Totals, long> value) =>
        _totals.Value!.Select(one => new Measurement<long>(value(one.Totals), Tag("tool", one.Tool)));

    IEnumerable<Measurement<long>> PerTool(Func<Tool, long> value) =>
        _tools.All.Select(tool => new Measurement<long>(value(tool), Tag("tool", tool.Name)));

    static IEnumerable<Measurement<long>> One(long value) => [new(value)];

    static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);

    void Counter(string name, string description, Func<IEnumerable<Measurement<long>>> observe) =>
        Meter.CreateObservableCounter(name, observe, unit: null, description);

    void UpDown(string name, string description, Func<IEnumerable<Measurement<long>>> observe) =>
        Meter.CreateObservableUpDownCounter(name, observe, unit: null, description);

    void Gauge(string name, string description, Func<IEnumerable<Measurement<long>>> observe) =>
        Meter.CreateObservableGauge(name, observe, unit: null, description);
}
