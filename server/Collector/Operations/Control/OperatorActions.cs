// SPDX-License-Identifier: MIT
// What an operator can ask of a running collector, whichever way the question comes; each act is in the audit log.

using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>Of one running collector. Safe for any thread.</summary>
sealed class OperatorActions(
    ToolSet tools, ManifestIntake intake, string manifests, StoreThread store, Tending tending, DataFolder data, DiskSpace disk,
    Certificate? certificate, Func<bool> isHealthy, AuditLog audit, TimeProvider time, ILogger log)
{
    static readonly TimeSpan CertificateSoon = TimeSpan.FromDays(14);
    static readonly TimeSpan BackupLate = TimeSpan.FromDays(2);

    readonly DateTimeOffset _started = time.GetUtcNow();
    readonly Lock _backup = new();

    /// <summary>Reads manifests, certificate and disk again.</summary>
    /// <exception cref="IOException">A manifest or the audit log can't be written.</exception>
    public async Task<ReloadReport> ReloadAsync(string who)
    {
        audit.Write(new AuditEntry(who, Role.Operator, "reload", "begun"));
        certificate?.Look();
        disk.Look();
        var report = await intake.ReadAsync(manifests);
        return new ReloadReport(
            [.. report.Accepted.Select(one => new AcceptedVersion(one.Tool, one.Version))],
            [.. report.Refused.Select(one => new RefusedFile(one.Path, one.Reason))]);
    }

    /// <summary>Makes a backup, on the caller's thread.</summary>
    /// <exception cref="IOException">It can't be written, or the audit log can't.</exception>
    /// <exception cref="UnauthorizedAccessException">It can't be written.</exception>
    /// <exception cref="StoreException">The store could not be copied.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public BackupReport Back(string who, string to, int keep)
    {
        var entry = new AuditEntry(who, Role.Operator, "backup", "begun") { Query = to };
        audit.Write(entry);
        lock (_backup)
        {
            var report = store.Use(s => Backup.Make(
                data, s, [.. tools.All.Select(tool => tool.Name)], to, keep, time, tool => store.FlushAsync(tool).GetAwaiter().GetResult()));
            audit.Write(entry with { Outcome = "done", Query = report.Path });
            log.BackedUp(report.Tools.Count, report.Files, report.Bytes >> 20);
            return report;
        }
    }

    public CollectorStatus Status() => new(
        CollectorServer.Version, _started, [.. tools.All.Select(StatusOf)], new DiskStatus(disk.Free, disk.Reserve, disk.IsLow),
        certificate?.Ends, Backup.Last(data), [.. Dues()]);

    ToolStatus StatusOf(Tool tool)
    {
        var total = tool.Counters.Total();
        var (files, bytes) = StoppedCollector.FilesOf(data, tool.Name);
        return new ToolStatus(
            tool.Name, tool.Title, [.. tool.Accepted.Select(one => one.Manifest.Version)], total.Received, total.Stored,
            total.Dropped.Total, total.Refused, total.Pending, tool.Counters.Missing, files, bytes, tending.Deleting(tool.Name), tending.Last(tool.Name)?.Begun);
    }

    IEnumerable<Due> Dues()
    {
        if (disk.IsLow)
            yield return new Due("disk", $"{disk.Free >> 20} MiB are free, batches are refused below {disk.Reserve >> 20} MiB: make room.");
        if (!isHealthy())
            yield return new Due("commits", "The last write of the journal or the store failed: the log says why.");
        foreach (var (path, reason) in intake.Refused)
            yield return new Due("manifest", $"{path} is refused: {reason}");
        foreach (var tool in tools.All.Where(tool => tool.Counters.Missing > 0))
            yield return new Due("totals", $"The store lacked {tool.Counters.Missing} events of {tool.Name} at the start: the log says more.");
        foreach (var tool in tools.All)
        {
            if (tending.Last(tool.Name)?.Failure is { } failure)
                yield return new Due("tending", $"Retention and deletions of {tool.Name} are behind: {failure}");
        }

        if (Backup.Last(data) is { } backup && time.GetUtcNow() - backup > BackupLate)
            yield return new Due("backup", $"The last one was finished on {Times.Second(backup)}: make one, and see why none is made.");
        if (certificate is not null && certificate.Ends - time.GetUtcNow() < CertificateSoon)
            yield return new Due("certificate", $"It ends on {Times.Second(certificate.Ends)}: renew it, the new one is read by itself.");
    }
}
