// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// The actions of an operator on a running collector, over the control socket or the public address. The audit log
/// records every action. Thread-safe.
/// </summary>
sealed class OperatorActions(
    ToolSet tools, ManifestLoader manifests, StoreThread store, StoreMaintenance maintenance, DataFolder data,
    TotalsFiles totals, IJournal journal, DiskSpace disk, ClockWitness clock, Health health, PreparingStore failing,
    ReadThrough reading, SharedIds sharedIds, ProxyWatch proxies, Addresses addresses, AuditLog audit,
    TimeProvider time, ILogger log, Certificate? certificate = null)
{
    // More than a store that works leaves behind.
    const int MaxJournalFiles = 4;

    static readonly TimeSpan CertificateWarning = TimeSpan.FromDays(14);

    readonly DateTimeOffset _started = time.GetUtcNow();
    readonly Lock _backup = new();

    /// <summary>Reads manifests and the certificate again, and measures the disk.</summary>
    /// <exception cref="IOException">A manifest or the audit log can't be written.</exception>
    public async Task<ReloadReport> ReloadAsync(string who)
    {
        audit.Write(new AuditEntry(who, Role.Operator, "reload", "begun"));
        certificate?.ReloadIfChanged();
        disk.Measure();
        var report = await manifests.LoadAsync();
        return new ReloadReport(
            report.Accepted,
            [.. report.Refused.Select(one => new RefusedFile(one.Path, one.Reason))])
        {
            Memory = [.. MemoryAdvices(report)],
        };
    }

    /// <summary>Trusts the clock from now on.</summary>
    /// <returns>The change, in sentences.</returns>
    /// <exception cref="IOException">The audit log can't be written.</exception>
    public string AcceptClock(string who)
    {
        audit.Write(new AuditEntry(who, Role.Operator, "accept-clock", "done"));
        return clock.Accept();
    }

    /// <summary>Makes a backup on the caller's thread; one at a time.</summary>
    /// <exception cref="IOException">The backup or the audit log can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The backup can't be written.</exception>
    /// <exception cref="StoreException">The store can't be copied.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public BackupReport BackUp(string who, string to, int keep)
    {
        var entry = new AuditEntry(who, Role.Operator, "backup", "begun") { Query = to };
        audit.Write(entry);
        lock (_backup)
        {
            var report = store.Readers.Read(s => Backup.Make(
                data, s, [.. tools.All.Select(tool => tool.Name)], to, keep, time,
                tool => store.FlushAsync(tool).GetAwaiter().GetResult()));
            foreach (var tool in report.Tools)
                totals.Settle(tool); // its active part was sealed
            audit.Write(entry with { Outcome = "done", Query = report.Path });
            log.BackedUp(report.Tools.Count, report.Files, report.Bytes >> 20);
            return report;
        }
    }

    /// <summary>
    /// Reads a file of a tool again, because <c>tallymark verify</c> found it damaged; null: those known as damaged.
    /// </summary>
    /// <exception cref="StoreException">It can't be read now.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public void Reread((string Tool, string File)? one)
    {
        if (one is var (tool, file))
            reading.Reread(tool, file);
        else
            reading.RereadDamaged();
    }

    /// <summary>The current status.</summary>
    public CollectorStatus Status() => new(
        CollectorServer.Version, _started, [.. tools.All.Select(StatusOf)],
        new DiskStatus(disk.Free, disk.Reserve, disk.IsLow), certificate?.Expires, Backup.Last(data), [.. Dues()])
    {
        ListensOn = addresses.ListensOn,
        Operations = addresses.Operations,
        ReadThrough = reading.State.Finished,
    };

    /// <summary>A file of the journal that could not be read completely.</summary>
    internal static Due DamagedJournal(string file) => new(
        "journal",
        $"{file} could not be read completely; message 222 in the log says how much was lost. It contains raw events: "
        + "delete it after you have examined it.");

    // Of the newest version: older ones send less and less. New versions have theirs already.
    IEnumerable<MemoryAdvice> MemoryAdvices(LoadReport report)
    {
        foreach (var tool in tools.All)
        {
            var isNew = report.Accepted.Exists(one => one.Tool == tool.Name && one.Version == tool.Newest.Version);
            if (!isNew && store.MemoryNote(Table.Of(tool.Newest.Manifest)) is { } note)
                yield return new MemoryAdvice(tool.Name, tool.Newest.Version, note);
        }
    }

    ToolStatus StatusOf(Tool tool)
    {
        var total = tool.Counters.Total();
        var size = maintenance.Size(tool.Name);
        return new ToolStatus(
            tool.Name, tool.Title, [.. tool.Accepted.Select(one => one.Version)], total.Received, total.Stored,
            total.Dropped.Total, total.Refused, total.Pending, tool.Counters.Missing, size.Files, size.Bytes,
            maintenance.PendingDeletions(tool.Name), maintenance.LastStart(tool.Name))
        {
            Development = total.Development,
            SharedIds = sharedIds.Of(tool.Name),
        };
    }

    IEnumerable<Due> Dues()
    {
        if (clock.Doubt is { } doubt)
            yield return new Due("clock", doubt);
        if (disk.IsLow)
        {
            yield return new Due(
                "disk",
                $"{disk.Free >> 20} MiB of disk space are left; batches are refused below {disk.Reserve >> 20} MiB. "
                + "Delete files or enlarge the disk.");
        }

        if (!health.IsHealthy)
            yield return new Due("commits", "The last write of the journal or the store failed. The log says why.");
        foreach (var (tool, reason) in failing.Failures.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            yield return new Due(
                "store",
                $"Batches of {tool} wait, because its store fails; other tools are not affected. If a file is damaged, "
                + $"stop the collector and run tallymark repair. {reason}");
        }

        foreach (var damage in reading.State.Dues(data))
            yield return damage;
        foreach (var tool in store.Stuck.Where(tool => !failing.Failures.ContainsKey(tool)))
        {
            yield return new Due(
                "store",
                $"Batches of {tool} wait: {ToolQueue.Stuck} Other tools are not affected. Check the disk, then restart "
                + "the collector.");
        }

        foreach (var held in journal.Held.GroupBy(batch => batch.Reason, StringComparer.Ordinal))
            yield return new Due("journal", JournalReplay.HeldText(held.First(), held.Count(), data));

        if (journal.Size is { Files: > MaxJournalFiles } size)
        {
            yield return new Due(
                "journal",
                $"The journal keeps {size.Files} files ({size.Bytes >> 20} MiB), because they have batches that can't "
                + "be stored now. They disappear once these batches are stored.");
        }

        foreach (var file in data.DamagedJournals)
            yield return DamagedJournal(file);
        foreach (var problem in proxies.Problems)
            yield return new Due("proxy", problem);
        foreach (var (path, reason) in manifests.Refused)
            yield return new Due("manifest", $"{path} was refused: {reason}");
        foreach (var tool in tools.All)
        {
            if (tool.Counters.Missing is > 0 and var missing)
            {
                yield return new Due(
                    "totals",
                    $"The store lacked {missing} events of {tool.Name} at the start. See message 112 in the log.");
            }
        }

        foreach (var tool in tools.All)
        {
            if (maintenance.Failure(tool.Name) is { } failure)
            {
                yield return new Due(
                    "tending", $"Retention and deletion in the files of {tool.Name} are overdue: {failure}");
            }
        }

        if (Backup.Overdue(data, time.GetUtcNow()) is { } backup)
            yield return new Due("backup", backup);

        if (certificate is not null && certificate.Expires - time.GetUtcNow() < CertificateWarning)
        {
            yield return new Due(
                "certificate",
                $"The certificate expires on {Rfc3339.Second(certificate.Expires)}. Renew it; no restart is needed.");
        }
    }
}
