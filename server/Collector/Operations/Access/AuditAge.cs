// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Removes lines of the audit log by age (<see cref="Limits.MaxAuditAge"/>), unless the clock is in doubt
/// (<see cref="ClockWitness"/>): a clock that runs ahead must not empty the log. One thread at a time.
/// </summary>
sealed class AuditAge(AuditLog audit, Limits limits, ClockWitness clock, TimeProvider time, ILogger log)
{
    /// <summary>Removes what is too old.</summary>
    public void RemoveOld()
    {
        if (clock.Doubt is not null)
            return;
        try
        {
            if (audit.RemoveBefore(time.GetUtcNow() - limits.MaxAuditAge) is > 0 and var removed)
                log.AuditShortened(removed);
        }
        catch (IOException e)
        {
            log.AuditNotShortened(e.Message);
        }
    }
}
