// SPDX-License-Identifier: MIT
// What an operator can ask of a running collector, whichever way the question comes; each act is in the audit log.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Tallymark.Collector.Access;
using Tallymark.Collector.Commit;
using Tallymark.Collector.Tools;
using Tallymark.Collector.Upkeep;

namespace Tallymark.Collector.Control;

/// <summary>Of one running collector. Safe for any thread.</summary>
sealed class Operations(
    ToolSet tools, ManifestIntake intake, string manifests, DataFolder data, DiskSpace disk, Certificate? certificate,
    CommitCounters commits, AuditLog audit, TimeProvider time)
{
    static readonly TimeSpan CertificateSoon = TimeSpan.FromDays(14);

    readonly DateTimeOffset _started = time.GetUtcNow();

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

    public CollectorStatus Status() => new(
        CollectorServer.Version, _started, [.. tools.All.Select(StatusOf)], new DiskStatus(disk.Free, disk.Reserve, disk.IsLow),
        certificate?.Ends, LastBackup: null, [.. Dues()]);

    ToolStatus StatusOf(Tool tool)
    {
        var total = tool.Counters.Total();
        var (files, bytes) = StoppedCollector.FilesOf(data, tool.Name);
        return new ToolStatus(
            tool.Name, tool.Title, [.. tool.Accepted.Select(one => one.Manifest.Version)], total.Received, total.Stored,
            total.Dropped.Total, total.Refused, total.Pending, tool.Counters.Missing, files, bytes);
    }

    IEnumerable<Due> Dues()
    {
        if (disk.IsLow)
            yield return new Due("disk", $"{disk.Free >> 20} MiB are free, batches are refused below {disk.Reserve >> 20} MiB: make room.");
        if (!commits.Healthy)
            yield return new Due("commits", "The last commit failed: the log says why.");
        foreach (var (path, reason) in intake.Refused)
            yield return new Due("manifest", $"{path} is refused: {reason}");
        foreach (var tool in tools.All.Where(tool => tool.Counters.Missing > 0))
            yield return new Due("totals", $"The store lacked {tool.Counters.Missing} events of {tool.Name} at the start: the log says more.");
        if (certificate is not null && certificate.Ends - time.GetUtcNow() < CertificateSoon)
            yield return new Due("certificate", $"It ends on {Times.Second(certificate.Ends)}: renew it, the new one is read by itself.");
    }
}
