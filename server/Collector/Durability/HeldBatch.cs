// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Durability;

/// <summary>
/// A batch in the journal whose rows can't be read, because the manifest that declares their columns is missing. It
/// stays in the journal until the manifest is back. Immutable.
/// </summary>
/// <param name="Id">The batch's id.</param>
/// <param name="Received">When it was received, in nanoseconds since 1970.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Rows">The number of its rows, without those of development builds.</param>
/// <param name="Reason">The missing manifest, in words.</param>
/// <param name="Record">Its bytes.</param>
/// <param name="HasNetworks">Whether its rows have the column of networks.</param>
sealed record HeldBatch(
    Guid Id, long Received, string Tool, long Rows, string Reason, byte[] Record, bool HasNetworks)
{
    /// <summary>The journal's file that it is in. Only the journal sets it.</summary>
    public long Segment { get; init; }
}
