// SPDX-License-Identifier: MIT

using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Removes lines of the audit log by age (<see cref="Limits.MaxAuditAge"/>). A clock that runs ahead must not empty the
/// log: nothing is removed while the newest line is much older than the clock says, since a collector in use writes
/// one at least at each backup and publication. One thread at a time.
/// </summary>
sealed class AuditAge(AuditLog audit, DataFolder data, Limits limits, TimeProvider time, ILogger log)
{
    static readonly TimeSpan MaxGap = TimeSpan.FromDays(60);

    /// <summary>Removes what is too old.</summary>
    public void RemoveOld()
    {
        var now = time.GetUtcNow();
        try
        {
            if (AuditLog.Lines(data).LastOrDefault() is not { } newest || TimeOf(newest) is not { } written
                || now - written > MaxGap)
            {
                return;
            }

            if (audit.RemoveBefore(now - limits.MaxAuditAge) is > 0 and var removed)
                log.AuditShortened(removed);
        }
        catch (IOException e)
        {
            log.AuditNotShortened(e.Message);
        }
    }

    static DateTimeOffset? TimeOf(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.GetProperty("time").GetDateTimeOffset();
        }
        catch (Exception e) when (
            e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
